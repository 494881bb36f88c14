-- Everything of ours stands in the schema `dose`; BullMQ keeps its own.

create table dose.setting (
  name text primary key,
  value text not null
);

create table dose.source (
  id text primary key,
  kind text not null check (kind in ('feed', 'folder')),
  url text not null unique,                 -- a URL, or the absolute path of a folder
  name text not null,
  authority real not null default 50,       -- 0-100
  topics text[] not null default '{}',
  state text not null default 'active' check (state in ('active', 'paused', 'gone')),
  etag text,
  last_modified text,
  interval_seconds integer not null,
  next_fetch_at timestamptz not null,
  first_fetch_at timestamptz,               -- first contact: older articles are back-fill
  fetched_at timestamptz,
  succeeded_at timestamptz,
  fetches bigint not null default 0,
  failures integer not null default 0,      -- in a row
  last_error text,
  created_at timestamptz not null
);

-- What one reading of a source brought: one feed body, one file. Bytes go once they are ingested.
create table dose.document (
  id text primary key,
  source_id text not null references dose.source on delete cascade,
  ref text not null,                        -- URL, or path inside the folder
  url text,                                 -- base for relative links
  content_type text,
  version integer not null,
  sha256 text not null,
  bytes bytea,
  state text not null check (state in ('pending', 'ingested', 'rejected')),
  counts jsonb not null default '{}',       -- outcome -> articles, of the last ingest
  fetched_at timestamptz not null,
  unique (source_id, ref)
);
create index document_pending on dose.document (fetched_at) where state = 'pending';

-- Why something a document held became no article, or an article of another document.
create table dose.rejection (
  document_id text not null references dose.document on delete cascade,
  ref text not null,
  outcome text not null,                    -- rejected, duplicate, unpublished
  reason text not null,
  article_id text,
  primary key (document_id, ref)
);

create table dose.article (
  id text primary key,                      -- derived from the canonical URL
  seq bigint unique,                        -- place in the log, once the cluster stage took it up
  source_id text not null references dose.source on delete cascade,
  document_id text not null,
  ref text not null,
  url text not null unique,
  title text not null,
  author text,
  provider_name text not null,
  provider_domain text not null,
  published_at timestamptz not null,
  undated boolean not null,
  first_seen_at timestamptz not null,
  language text,
  excerpt text not null,
  excerpt_only boolean not null,
  images jsonb not null,
  topics text[] not null,
  given jsonb not null,
  content_sha256 text not null,             -- of all that readers see of it
  published boolean not null,
  backfill boolean not null,
  version integer not null,
  quality real,
  quality_parts jsonb not null default '[]',
  scored_version integer not null default 0,
  logged_version integer not null default 0
);
create index article_document on dose.article (document_id);
create index article_source on dose.article (source_id);
create index article_published on dose.article (published_at);
create index article_first_seen on dose.article (first_seen_at);
create index article_ref on dose.article (ref);
create index article_unlogged on dose.article (id) where logged_version < version;
create index article_unscored on dose.article (id) where scored_version < version;

create table dose.article_text (
  article_id text not null references dose.article on delete cascade,
  version integer not null,
  title text not null,
  text text not null,
  sha256 text not null,                     -- of the UTF-8 bytes of `text`
  at timestamptz not null,
  primary key (article_id, version)
);

-- The log that stories are a function of. Only the holder of the lease `cluster` writes it.
create table dose.log_entry (
  seq bigint primary key,
  kind text not null check (kind in ('article', 'revision', 'tick')),
  article_id text,                          -- stays when the article is removed
  version integer,
  at timestamptz not null
);

create index log_entry_at on dose.log_entry (at);

create table dose.lease (
  name text primary key,
  holder text not null,
  fence bigint not null,
  expires_at timestamptz not null
);

create table dose.cluster_state (
  id integer primary key check (id = 1),
  watermark bigint not null,                -- last log entry worked into the stories
  snapshot_seq bigint not null,             -- log entry the snapshot stands at
  snapshot bytea,                           -- the clusterer's own form
  settings jsonb not null
);

create table dose.story (
  id text primary key,                      -- id of its first article
  version integer not null,                 -- counts changes of membership or text
  summarised_version integer not null default 0,
  headline text not null default '',
  sentences jsonb not null default '[]',
  topics text[] not null default '{}',
  first_seen_at timestamptz not null,
  last_seen_at timestamptz not null
);
create index story_last_seen on dose.story (last_seen_at);
create index story_unsummarised on dose.story (id) where summarised_version < version;

create table dose.member (
  article_id text primary key references dose.article on delete cascade,
  story_id text not null references dose.story on delete cascade,
  duplicate_of text
);
create index member_story on dose.member (story_id);

create table dose.digest (
  id text primary key,
  name text not null unique,
  schedule text not null,
  time_zone text not null,
  topics text[] not null,
  size integer not null,
  from_mailbox text,
  postal text,
  active boolean not null default true,
  created_at timestamptz not null
);

create table dose.edition (
  id text primary key,
  digest_id text not null references dose.digest on delete cascade,
  date text not null,                       -- local date in the digest's zone
  slot integer not null,                    -- firing of that date, from 0
  number integer,                           -- given when frozen
  span_from timestamptz not null,
  span_to timestamptz not null,
  dated boolean not null,                   -- made for a date: by publication, back-fill included
  deliver boolean not null,
  at_once boolean not null,                 -- to all at once, whatever their hour
  state text not null check (state in ('draft', 'frozen', 'sending', 'sent', 'skipped')),
  subject text not null default '',
  preheader text not null default '',
  counters jsonb not null default '{}',
  size integer not null,
  pool jsonb not null default '[]',
  hash text,
  log_from bigint,                          -- what of the log it covers, when live
  log_to bigint,
  created_at timestamptz not null,
  frozen_at timestamptz,
  unique (digest_id, date, slot),
  unique (digest_id, number)
);

create index edition_newest on dose.edition (date, slot, id);

create table dose.subscriber (
  id text primary key,
  email text not null,
  email_key text not null unique,           -- lower case, ASCII domain
  name text not null default '',
  created_at timestamptz not null
);

create table dose.suppression (
  email_key text primary key,
  reason text not null,
  at timestamptz not null
);

create table dose.subscription (
  id text primary key,
  subscriber_id text not null references dose.subscriber on delete cascade,
  digest_id text not null references dose.digest on delete cascade,
  state text not null check (state in ('pending', 'confirmed', 'paused', 'unsubscribed')),
  topics text[] not null default '{}',
  hour integer check (hour between 0 and 23),
  time_zone text,
  pace text not null default 'daily' check (pace in ('daily', 'weekdays', 'weekly')),
  consent text not null,
  paused_until timestamptz,
  since timestamptz,                        -- end of the last span accepted
  created_at timestamptz not null,
  unique (subscriber_id, digest_id)
);
create index subscription_digest on dose.subscription (digest_id);

create table dose.sender (
  id text primary key,
  started_at timestamptz not null,
  lock_key bigint not null
);

create table dose.delivery (
  id text primary key,
  edition_id text not null references dose.edition on delete cascade,
  subscription_id text not null references dose.subscription on delete cascade,
  state text not null check (state in ('planned', 'deferred', 'claimed', 'submitted', 'accepted',
    'bounced', 'complained', 'unknown', 'skipped')),
  reason text,
  attempt integer not null default 0,
  due_at timestamptz not null,              -- not before; later when deferred
  sender_id text,
  message_id text,
  issue_hash text,
  at timestamptz not null,                  -- last change of state
  unique (edition_id, subscription_id)
);
create index delivery_open on dose.delivery (edition_id, due_at, id)
  where state in ('planned', 'deferred');
create index delivery_sender on dose.delivery (sender_id) where state in ('claimed', 'submitted');

create table dose.run (
  stage text not null,
  row_id text not null,
  row_version integer not null,
  attempt integer not null,
  state text not null check (state in ('queued', 'running', 'done', 'failed', 'retrying')),
  error_class text,
  error text,
  trace text not null,
  queued_at timestamptz not null,
  started_at timestamptz,
  ended_at timestamptz,
  primary key (stage, row_id, row_version, attempt)
);
create index run_open on dose.run (stage, state) where state <> 'done';
create index run_trace on dose.run (trace);
create index run_row on dose.run (row_id);
create index run_started on dose.run (started_at);

create table dose.audit_entry (
  id text primary key,
  at timestamptz not null,
  actor text not null,
  action text not null,
  object text not null,
  detail jsonb not null default '{}'
);
