-- What operators look for: failures of one kind, the newest runs of a stage, what a source brought.
alter table dose.run
  add column error_kind text,               -- the error without what differs from case to case
  add column stack text;                    -- where in the code it happened, shortened
create index run_stage on dose.run (stage, started_at);
create index run_failed on dose.run (started_at) where state = 'failed';

create index story_first_seen on dose.story (first_seen_at);
create index article_source_seen on dose.article (source_id, first_seen_at);
drop index dose.article_source;             -- the one above does its work as well
