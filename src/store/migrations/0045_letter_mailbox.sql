-- Letters are limited by mailbox: an address without what only makes another spelling of it.
alter table dose.letter add column mailbox text not null default '';
update dose.letter set mailbox = email_key;
create index letter_mailbox on dose.letter (mailbox, created_at);
