-- Past days composed again, with something changed: long ones take minutes and are jobs.
create table dose.replay (
  id text primary key,
  digest_id text not null references dose.digest on delete cascade,
  request jsonb not null,                   -- days, weights, grouping, sources
  state text not null check (state in ('planned', 'running', 'done', 'failed')),
  done integer not null default 0,
  days integer not null default 0,
  note text not null default '',            -- how far it is, or why it failed
  result jsonb,
  created_at timestamptz not null,
  ended_at timestamptz
);
create index replay_newest on dose.replay (created_at desc, id);
create index replay_open on dose.replay (id) where state in ('planned', 'running');
