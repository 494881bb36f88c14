-- What a run logged, for its page: [{at, level, says}], bounded, without addresses of people.
alter table dose.run add column log jsonb;
