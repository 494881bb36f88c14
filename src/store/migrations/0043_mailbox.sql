-- The mailbox to which mails come back: how far it was looked through, and since when it cannot be.
create table dose.mailbox (
  name text primary key,                    -- host and folder
  uid_validity text not null default '',    -- with another one the numbers of its mails began anew
  uid bigint not null default 0,            -- the newest mail that was looked at
  failures integer not null default 0,      -- in a row
  failing_since timestamptz,
  error text,
  due_at timestamptz not null               -- not looked at before
);
