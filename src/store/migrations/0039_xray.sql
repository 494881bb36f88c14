-- Which editions hold a story or cite an article, without looking into every pool.
create index edition_stories on dose.edition
  using gin (jsonb_path_query_array(pool, '$[*].storyId'));
create index edition_citations on dose.edition
  using gin (jsonb_path_query_array(pool, '$[*].citations[*].articleId'));
create index rejection_ref on dose.rejection (ref);
create index document_ref on dose.document (ref);

-- What the rooms of readers and deliveries look through, whatever else there is.
create index delivery_trouble on dose.delivery (at)
  where state in ('bounced', 'complained', 'unknown');
create index subscription_created on dose.subscription (created_at);
