-- What is not as it should be: since when, when it was told, when it was over.
create table dose.alert (
  rule text not null,
  subject text not null,                    -- a digest, a source, a stage, a disk
  urgent boolean not null,
  detail text not null,
  since timestamptz not null,
  seen_at timestamptz not null,             -- last time it was there
  told_at timestamptz,                      -- null while nobody was told
  resolved_at timestamptz,
  muted_until timestamptz,
  primary key (rule, subject)
);

-- Rules that an operator changed; the others hold as they are in the program.
create table dose.alert_rule (
  rule text primary key,
  limit_value double precision,             -- null: as in the program
  active boolean not null default true
);

-- What a webhook is to be told; kept until it answers or a day has passed.
create table dose.alert_note (
  id text primary key,
  body jsonb not null,
  state text not null check (state in ('planned', 'sent', 'failed')),
  attempt integer not null default 0,
  due_at timestamptz not null,
  error text,
  created_at timestamptz not null
);
create index alert_note_due on dose.alert_note (due_at) where state = 'planned';

alter table dose.letter drop constraint letter_kind_check;
alter table dose.letter add constraint letter_kind_check
  check (kind in ('signup', 'link', 'move', 'moved', 'alert'));

-- What the watch looks at every minute, whatever else there is.
create index source_failing on dose.source (failing_since) where failing_since is not null;
create index delivery_ended on dose.delivery (at)
  where state in ('accepted', 'bounced', 'complained');
create index run_ended on dose.run (ended_at);
