-- What operators keep out, and what publishers let be shown.

-- Rules of one source; those for all stand in config/filters.yaml.
create table dose.filter_rule (
  id text primary key,
  source_id text not null references dose.source on delete cascade,
  action text not null check (action in ('block', 'keep')),
  rule text not null,                       -- `title: webinar`
  created_at timestamptz not null,
  unique (source_id, action, rule)
);

-- Words quoted at most; null is no limit. The rest: null follows what pages and feeds ask for.
alter table dose.source
  add column quote_words integer check (quote_words >= 0),
  add column show_images boolean,
  add column show_archive boolean,
  add column show_index boolean;

-- What its page or feed asks of those who show it: noindex, noarchive, noimageindex, tdm-reservation.
alter table dose.article add column hints text[] not null default '{}';

-- Shown no more, at the publisher's request. The target is an id: it may come, or come back, later.
create table dose.takedown (
  id text primary key,
  kind text not null check (kind in ('article', 'source')),
  target text not null,
  name text not null,                       -- as it was asked for: a URL, or a source's name
  reason text not null,
  at timestamptz not null,
  unique (kind, target)
);

-- Articles of a source that was taken down and then removed: editions still cite them.
create table dose.takedown_article (
  takedown_id text not null references dose.takedown on delete cascade,
  article_id text not null,
  primary key (takedown_id, article_id)
);
create index takedown_article_id on dose.takedown_article (article_id);

-- Its subject as lists show it, where the frozen one names what was taken down.
alter table dose.edition add column served_subject text;
