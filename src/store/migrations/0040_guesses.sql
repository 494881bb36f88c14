-- Wrong guesses at doors, counted by all web processes together.
create table dose.guess (
  key text primary key,                       -- SHA-256 of whose tries they are, and at what
  count integer not null,
  ends_at timestamptz not null                -- of the window they are counted in
);
create index guess_ends on dose.guess (ends_at);
