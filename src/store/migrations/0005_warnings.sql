-- What was odd about a document that could be read: shown to whoever asks why an article is as it is.
alter table dose.document add column warnings jsonb not null default '[]';
