-- How much may be asked of whom, for all processes together. Unlogged: after a crash of the server
-- nobody is waiting any more, and a line begins anew.
create unlogged table dose.budget (
  domain text primary key,
  next_at timestamptz not null,             -- no request begins before
  turns jsonb not null default '{}'         -- turn -> second at which it ends by itself
);

-- Hosts that asked for silence (Retry-After): nobody asks them anything until then.
create table dose.silence (
  host text primary key,
  until timestamptz not null,
  reason text not null
);

alter table dose.source
  add column interval_fixed boolean not null default false, -- the operator's, not adapted
  add column next_reason text,              -- why it is asked again then, in words
  add column last_status integer,           -- of HTTP
  add column failing_since timestamptz,     -- first failure in a row
  add column no_feed text,                  -- what it sent when it was no feed any more
  add column proposed jsonb not null default '[]',  -- feeds that the page in its place names
  add column moved_to text,                 -- where its last answers say it has moved for good
  add column moved_times integer not null default 0, -- how many in a row said so
  add column ref text,                      -- its first URL, once it has moved: names its document
  add column pacing jsonb not null default '{}',     -- what its feed asks of readers
  add column gap_seconds integer,           -- usual time between two of its articles
  add column newest_at timestamptz;         -- its newest article, as dated by the feed
create index source_due on dose.source (next_fetch_at) where state = 'active';

-- The last requests for each source: what was asked, what came back. A ring of slots.
create table dose.request (
  source_id text not null references dose.source on delete cascade,
  slot integer not null,                    -- number of the fetch, modulo the length of the ring
  at timestamptz not null,
  asked text not null,                      -- URL, without credentials
  conditional boolean not null,             -- asked with validators
  answer text not null,                     -- fetched, unchanged, failed, gone, postponed, disallowed, unreachable, refused
  status integer,                           -- of HTTP; none where nothing usable came
  came_from text,                           -- after redirects
  requests integer not null,                -- sent: one, and one for each redirect
  bytes bigint not null,                    -- of body, as sent
  ms integer not null,                      -- from the first request to the last byte
  waited_ms integer not null,               -- in line for the domain's budget
  note text,                                -- what went wrong, or why nothing was asked
  primary key (source_id, slot)
);
