-- What an edition was made of: composed of it again, it is the same to the byte.
create table dose.edition_input (
  edition_id text not null references dose.edition on delete cascade,
  part integer not null,                    -- 0 says how it was made; each other holds some stories
  bytes bytea not null,                     -- JSON, gzip
  primary key (edition_id, part)
);

-- Weights that a digest ranks by; each change is a version of its own. Without any, ours are used.
create table dose.ranking (
  digest_id text not null references dose.digest on delete cascade,
  version integer not null,
  weights jsonb not null,
  origin text not null,                     -- the replay it was adopted from
  at timestamptz not null,
  primary key (digest_id, version)
);
