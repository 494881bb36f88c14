-- A firing of a schedule that was set later is none that was missed. Null: since the digest was made.
alter table dose.digest add column scheduled_since timestamptz;
