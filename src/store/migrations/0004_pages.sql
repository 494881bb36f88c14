-- Articles of which a feed brings only a teaser are read from their own page.
alter table dose.source
  add column full_text text not null default 'auto' check (full_text in ('auto', 'always', 'never'));

-- What became of reading an article's own page; no row where nobody wanted it.
create table dose.page (
  article_id text primary key references dose.article on delete cascade,
  state text not null check (state in ('wanted', 'taken', 'kept', 'duplicate')),
  reason text,                              -- why the text of the feed was kept, or the last failure
  tries integer not null default 0,         -- requests without a usable answer
  next_at timestamptz not null,             -- while wanted: not before
  asked_at timestamptz,
  etag text,                                -- of the page whose text was taken
  last_modified text,
  canonical_url text,                       -- what the page says its address is, where it is another
  twin_id text                              -- of a duplicate: the article that has this address
);
create index page_wanted on dose.page (next_at) where state = 'wanted';
create index page_canonical on dose.page (canonical_url) where canonical_url is not null;
