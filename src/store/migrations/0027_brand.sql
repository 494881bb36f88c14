-- How a digest looks where it differs from what is shipped.

create table dose.brand (
  digest_id text primary key references dose.digest on delete cascade,
  colours jsonb not null default '{"light": {}, "dark": {}}', -- accent, ink, paper as #rrggbb
  logo bytea,
  logo_type text,
  logo_hash text,                                             -- begins the SHA-256 of the bytes
  intro text not null default '',
  footer text not null default ''
);
