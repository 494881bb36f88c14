-- The address a mail went to, by its key: what comes back later is about this one, whatever the reader has by then.
alter table dose.delivery add column sent_to text;
