-- The last articles of a host, to learn which lines it prints under every story.
create index article_host on dose.article (provider_domain, seq);

-- The page of a story as its last summary left it.
alter table dose.story add column page jsonb;
