-- Readers who were taken first and did not get it give their places back.

alter table dose.sending
  add column first_readers integer; -- so many get it before the rest; null: all at once, or frozen before this
