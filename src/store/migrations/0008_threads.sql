-- What each edition told its readers of a story, and which texts were known by then: a story that
-- goes on comes again only with what is new.
create table dose.told (
  edition_id text not null references dose.edition on delete cascade,
  story_id text not null,                   -- as it was called then
  sentences jsonb not null,                 -- texts that were printed, in order
  articles jsonb not null,                  -- [{id, version, provider}] the story had
  primary key (edition_id, story_id)
);
