-- What came back about mails that had left: one row of each kind, so that no flood of mails to one
-- address adds up to anything.

create table dose.report (
  delivery_id text not null references dose.delivery on delete cascade,
  kind text not null check (kind in ('hard', 'soft', 'complaint', 'unsubscribe', 'auto-reply',
    'notice', 'unknown')),
  status text,                -- RFC 3463, such as 5.1.1
  reason text not null,       -- a line of it, without addresses
  via text not null check (via in ('mail', 'api', 'operator')),
  at timestamptz not null,    -- when it happened, as far as it was told
  primary key (delivery_id, kind)
);
