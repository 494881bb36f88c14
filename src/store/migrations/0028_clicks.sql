-- How often the links of an edition were followed, by nobody in particular.

alter table dose.digest add column count_clicks boolean not null default false;

create table dose.click (
  edition_id text not null references dose.edition on delete cascade,
  url text not null,
  clicks integer not null,
  primary key (edition_id, url)
);
