-- How long an operator wants things kept, where it is not as in the program; null is for ever.
create table dose.retention (rule text primary key, days integer);

-- Its deliveries were deleted by age: it is not planned again, or readers would get it twice.
alter table dose.edition add column swept boolean not null default false;

-- Which editions told a story: the way of an article, and texts that must stay.
create index told_story on dose.told (story_id);
create index story_move_to on dose.story_move (to_id);
