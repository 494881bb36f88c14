-- Who may do what: accounts with their sessions, tokens of scripts, and from where changes came.

create table dose.user_account (
  id text primary key,
  name text not null unique,                  -- lower case
  role text not null check (role in ('viewer', 'editor', 'operator', 'admin')),
  password text,                              -- scrypt with its parameters; null until one is chosen
  link_hash text unique,                      -- SHA-256 of the one-time link that lets one choose it
  link_until timestamptz,
  second_factor text,                         -- the sealed secret of one-time codes (RFC 6238)
  second_factor_since timestamptz,            -- null until a first code was typed
  second_factor_step bigint not null default 0, -- of the last code taken: none is taken twice
  recovery text[] not null default '{}',      -- SHA-256 of the recovery codes not used yet
  created_at timestamptz not null
);

create table dose.session (
  hash text primary key,                      -- SHA-256 of what the cookie holds
  account_id text not null references dose.user_account on delete cascade,
  created_at timestamptz not null,
  seen_at timestamptz not null,
  ends_at timestamptz not null,
  address text not null,
  agent text not null
);
create index session_of_account on dose.session (account_id);
create index session_ends on dose.session (ends_at);

create table dose.api_token (
  id text primary key,
  name text not null unique,
  hash text not null unique,                  -- SHA-256 of the token
  role text not null check (role in ('viewer', 'editor', 'operator', 'admin')),
  nouns text[],                               -- null: the commands of all nouns
  created_at timestamptz not null,
  ends_at timestamptz,                        -- null: never
  used_at timestamptz
);

alter table dose.audit_entry add column address text;
create index audit_entry_by_time on dose.audit_entry (at desc, id desc);
create index audit_entry_of_actor on dose.audit_entry (actor, at desc, id desc);
create index audit_entry_of_object on dose.audit_entry (object, at desc, id desc);
