-- What an editor decides: about stories for good, about one edition, and whether that may leave.

alter table dose.decision drop constraint decision_kind_check;
alter table dose.decision add constraint decision_kind_check
  check (kind in ('merge', 'split', 'pin', 'mute', 'headline', 'undo', 'removal'));
create index decision_editorial on dose.decision (seq) where kind in ('mute', 'headline');

-- Wishes for one edition, which may not have been opened yet.
create table dose.editing (
  edition_id text primary key,
  digest_id text not null references dose.digest on delete cascade,
  places jsonb not null default '[]',       -- stories at fixed places: [{"storyId", "place"}]
  left_out text[] not null default '{}',    -- stories this edition does without
  size integer,                             -- instead of that of its digest
  at timestamptz not null
);

-- Hours that an edition waits for a yes; null: it needs none. Then it is sent, or not.
alter table dose.digest add column approve_hours integer;
alter table dose.digest add column approve_sends boolean not null default false;

alter table dose.edition drop constraint edition_state_check;
alter table dose.edition add constraint edition_state_check
  check (state in ('draft', 'waiting', 'frozen', 'sending', 'sent', 'skipped'));
-- By then somebody has to say yes; then it is sent, or not.
alter table dose.edition add column approve_by timestamptz;
alter table dose.edition add column approve_sends boolean not null default false;
create index edition_waiting on dose.edition (approve_by) where state = 'waiting';

-- What was wrong in an edition that was sent: it is never rewritten, this is shown beside it.
create table dose.correction (
  id text primary key,
  edition_id text not null references dose.edition on delete cascade,
  story_id text not null,
  headline text not null,                   -- as it was printed
  text text not null,
  at timestamptz not null,
  carried_by text                           -- the later edition that tells its readers
);
create index correction_edition on dose.correction (edition_id);
alter table dose.edition add column corrections jsonb not null default '[]';  -- those it carries
