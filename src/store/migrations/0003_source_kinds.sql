-- Pages that list articles are sources as well, and so is whoever pushes articles.
alter table dose.source drop constraint source_kind_check;
alter table dose.source add constraint source_kind_check
  check (kind in ('feed', 'folder', 'list', 'push'));
alter table dose.source
  add column list_rules jsonb,              -- of a list page: the CSS selectors that find its articles
  add column folder text,                   -- where it stood in the feed reader it was imported from
  add column secrets text;                  -- headers and proxy, sealed; see store/sealing.ts

-- What hubs were asked for (W3C WebSub). No foreign key: a row outlives its source until the hub has let go.
create table dose.hub_subscription (
  source_id text primary key,
  hub text not null,
  topic text not null,                      -- the URL the feed gives itself; what the hub knows it by
  state text not null check (state in ('offered', 'asked', 'active', 'refused', 'leaving')),
  tries integer not null default 0,         -- requests to the hub since the last answer
  next_at timestamptz not null,             -- when the hub is asked (again), or the lease renewed
  lease_ends_at timestamptz,
  delivered_at timestamptz,                 -- last content that came with a right signature
  error text
);
create index hub_subscription_due on dose.hub_subscription (next_at);
