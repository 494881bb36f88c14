-- What an operator decided about stories, and what was removed, is taken up by the log in its turn.

alter table dose.log_entry drop constraint log_entry_kind_check;
alter table dose.log_entry add constraint log_entry_kind_check
  check (kind in ('article', 'revision', 'tick', 'decision', 'undo', 'removal'));
alter table dose.log_entry add column detail jsonb;   -- of decision, undo and removal

create table dose.decision (
  id text primary key,
  kind text not null check (kind in ('merge', 'split', 'pin', 'undo', 'removal')),
  asked jsonb not null,                     -- what was asked for, by ids
  at timestamptz not null,                  -- they are taken up in this order
  seq bigint,                               -- its log entry, once the cluster stage took it up
  undone_by text                            -- the decision that undid it
);
create index decision_waiting on dose.decision (at, id) where seq is null;

-- Where the articles of a story went: an old link leads there.
create table dose.story_move (
  from_id text not null,
  to_id text not null,
  seq bigint not null,                      -- log entry that moved them
  articles integer not null,
  primary key (from_id, to_id, seq)
);

-- Articles as the clusterer read them, written once each; the snapshot says which of them live.
create table dose.cluster_record (
  first bigint primary key,                 -- number of the first record of this row
  bytes bytea not null
);

-- The clusterer has another form now: it is made anew from the log.
update dose.cluster_state set snapshot = null, snapshot_seq = 0, settings = '{}';
