-- What readers choose beside topics, what each distinct issue told, and by which rules a digest is sent.

alter table dose.subscription
  add column weights jsonb not null default '{}',   -- steps of more (up to 3) and less (to -3) by topic
  add column muted text[] not null default '{}';    -- domains of providers not shown

-- One row for all readers who got the same issue: deliveries name it by edition and hash.
create table dose.issue (
  edition_id text not null references dose.edition on delete cascade,
  hash text not null,                               -- as delivery.issue_hash
  told jsonb not null,                              -- stories with the sentences printed of each
  made_of jsonb not null,                           -- choices, editions made up for, issues heard before
  primary key (edition_id, hash)
);
create index delivery_accepted on dose.delivery (subscription_id) where state = 'accepted';

alter table dose.delivery
  add column not_after timestamptz;                 -- later it is merged into the next edition

alter table dose.digest
  add column quiet_below integer,                   -- an issue with fewer stories is a quiet day's
  add column quiet_skip boolean not null default false, -- such an issue is not sent at all
  add column deadline_hour integer check (deadline_hour between 0 and 23),
  add column window_from integer check (window_from between 0 and 23),
  add column window_to integer check (window_to between 1 and 24);
