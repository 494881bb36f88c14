-- What a story is about, in the words of its articles: for its page and for searching.
alter table dose.story add column phrases text[] not null default '{}';
alter table dose.story add column names text[] not null default '{}';
