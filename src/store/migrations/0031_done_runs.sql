-- Whether a failure was made up for is asked of every failure of a week.
create index run_done on dose.run (stage, row_id, started_at) where state = 'done';
