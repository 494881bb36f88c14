-- Mails of the mailbox that could not be taken in: how often each was tried, by its number. Null: none.
alter table dose.mailbox add column failed jsonb;
