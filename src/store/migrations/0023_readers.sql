-- Readers' own pages: digests anybody may sign up for, how readers agreed, and the letters that
-- answer them: mails to one person, at that person's request.

alter table dose.digest add column open boolean not null default false; -- anybody may sign up
alter table dose.subscriber add column language text;                   -- of pages and letters

create table dose.consent (
  id text primary key,
  subscription_id text not null references dose.subscription on delete cascade,
  text text not null,                       -- what stood above the button, as it was shown
  language text not null,
  asked_at timestamptz not null,
  asked_from text,                          -- network address; null when it was kept long enough
  confirmed_at timestamptz not null,
  confirmed_from text
);
create index consent_subscription on dose.consent (subscription_id);

create table dose.letter (
  id text primary key,
  kind text not null check (kind in ('signup', 'link', 'move', 'moved')),
  email text not null,
  email_key text not null,
  language text not null,
  digest_id text references dose.digest on delete cascade,         -- of a sign-up
  subscriber_id text references dose.subscriber on delete cascade, -- of a move
  choices jsonb not null default '{}',
  asked_from text,
  network text not null default '',         -- whose askings count together
  state text not null check (state in ('planned', 'claimed', 'submitted', 'accepted', 'bounced',
    'unknown', 'dropped')),
  reason text,
  attempt integer not null default 0,
  due_at timestamptz not null,
  sender_id text,
  created_at timestamptz not null,
  at timestamptz not null,                  -- last change of state
  used_at timestamptz                       -- its link was followed and has done its work
);
create index letter_open on dose.letter (due_at, id) where state = 'planned';
create index letter_sender on dose.letter (sender_id) where state in ('claimed', 'submitted');
create index letter_address on dose.letter (email_key, created_at);
create index letter_asked on dose.letter (created_at);
