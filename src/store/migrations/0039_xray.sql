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

-- What readers search in the archive: headlines and sentences as they were sent. No stems: editions
-- come in many languages, and one word's beginning finds the others.
create index edition_words on dose.edition using gin (
  jsonb_to_tsvector('simple', jsonb_path_query_array(pool, '$[*].headline')
    || jsonb_path_query_array(pool, '$[*].sentences[*].text'), '["string"]'));
