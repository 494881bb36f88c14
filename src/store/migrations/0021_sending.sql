-- How an edition is sent: stopped, recalled, first to a few; what became of each delivery, state by
-- state; limits and pauses of the accounts mail leaves by, kept by all processes together.

alter table dose.delivery
  add column choice text not null default '',       -- readers with one choice stand together: one rendering
  add column give_up_at timestamptz,                -- put off beyond it, it is not tried again
  add column resent boolean not null default false, -- asked for again; no newer edition takes its place
  add column trail text[] not null default '{}';    -- every state it had: instant, state, reason

drop index dose.delivery_open;
create index delivery_open on dose.delivery (edition_id, due_at, choice, id)
  where state in ('planned', 'deferred');

-- Whoever writes a state, its history is kept; the last forty are enough for any reader's question.
create function dose.note_delivery() returns trigger language plpgsql as $$
begin
  new.trail := (old.trail || (to_char(new.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
    || ' ' || new.state || coalesce(' ' || new.reason, '')))[
    greatest(1, cardinality(old.trail) - 38):];
  return new;
end $$;
create trigger delivery_trail before update on dose.delivery for each row
  when (old.state is distinct from new.state) execute function dose.note_delivery();

-- Soft bounces of a reader in a row, and when the first and the last of them were.
alter table dose.subscription
  add column soft_bounces integer not null default 0,
  add column soft_since timestamptz,
  add column soft_at timestamptz;

create table dose.sending_rule (
  digest_id text primary key references dose.digest on delete cascade,
  resend_hours integer,          -- after it what is unknown is sent again; null: an operator decides
  first_readers integer,         -- so many get it before the rest; null: all at once
  rest_minutes integer           -- the rest follow so long after the first; null: at an operator's word
);

-- An edition whose sending somebody or its digest's rule steers; the others just go.
create table dose.sending (
  edition_id text primary key references dose.edition on delete cascade,
  stopped boolean not null default false,
  recalled boolean not null default false,
  first_left integer,            -- of the first readers, those nobody has taken yet
  rest_minutes integer,
  rest_at timestamptz            -- from then on the rest may go
);

create table dose.account (
  name text primary key,         -- host and port of a mail server
  paused_until timestamptz not null,
  pauses integer not null,       -- in a row: each is longer than the one before
  reason text not null
);

create table dose.quota (
  key text primary key,          -- a mail server or a domain of recipients
  first_at timestamptz not null, -- a new sender begins slowly
  next_at timestamptz not null,
  spent jsonb not null           -- messages by ten minutes, of a day
);
