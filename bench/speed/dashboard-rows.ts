import { type Kysely, sql } from 'kysely'
import type { Card } from '../../src/model.ts'
import type { Tables } from '../../src/store/tables.ts'

/** How many of each: a year of a house that reads much and writes to many. */
export type Amounts = {
  readonly articles: number
  readonly runs: number
  readonly deliveries: number
  readonly sources: number
  readonly readers: number
}

/** Cards of an edition's pool; with fewer, looking into pools would be too cheap. */
const CARDS = 100
const DAYS = 365

/**
 * Fills an empty store in bulk, skewed as real ones are: few sources bring most articles, few stories
 * have many, few mail domains have most readers, and most of what was done went well.
 *
 * @param cards templates of what editions show.
 */
export async function fillRows(
  db: Kysely<Tables>,
  amounts: Amounts,
  digestIds: readonly string[],
  cards: readonly Card[],
): Promise<void> {
  const { articles, runs, deliveries, sources, readers } = amounts
  const steps: Readonly<Record<string, ReturnType<typeof sql>>> = {
    seed: sql`select setseed(0.42)`,
    words: sql`create table if not exists public.word as select n, (array['bridge', 'harbour', 'council',
      'minister', 'storm', 'budget', 'station', 'market', 'vaccine', 'satellite', 'river', 'strike', 'museum',
      'battery', 'court', 'election', 'pipeline', 'glacier', 'robot', 'orchestra'])[n] as word
      from generate_series(1, 20) n`,
    source: sql`insert into dose.source (id, kind, url, name, authority, topics, state, interval_seconds,
        next_fetch_at, first_fetch_at, fetched_at, succeeded_at, fetches, failures, last_error, created_at, failing_since)
      select 's' || lpad(n::text, 5, '0'), 'feed', 'https://site-' || n % 300 || '.example/feed-' || n || '.xml',
        'Paper ' || n, (n * 7) % 100, array[(array['science', 'business', 'world', 'health'])[n % 4 + 1]],
        case when n % 40 = 0 then 'paused' when n % 97 = 0 then 'gone' else 'active' end, 3600,
        now() + (n % 60) * interval '1 minute' - interval '5 minutes', now() - ${DAYS} * interval '1 day',
        now() - (n % 60) * interval '1 minute', now() - (n % 60) * interval '1 minute', 8000,
        case when n % 33 = 0 then n % 9 else 0 end, case when n % 33 = 0 then 'HTTP 503 from site-' || n || '.example' end,
        now() - ${DAYS} * interval '1 day', case when n % 33 = 0 then now() - (n % 9) * interval '1 hour' end
      from generate_series(1, ${sources}::int) n`,
    request: sql`insert into dose.request (source_id, slot, at, asked, conditional, answer, status, requests, bytes, ms, waited_ms)
      select s.id, k, now() - (20 - k) * interval '1 hour', s.url, true, case when k % 5 = 0 then 'fetched' else 'unchanged' end,
        case when k % 5 = 0 then 200 else 304 end, 1, 9000, 240, 12 from dose.source s, generate_series(0, 19) k`,
    document: sql`insert into dose.document (id, source_id, ref, url, version, sha256, state, counts, fetched_at)
      select 'd' || substr(id, 2), id, url, url, 900, md5(id), 'ingested', '{"new": 4, "unchanged": 26}', fetched_at from dose.source`,
    draw: sql`create table public.draw as select n, 'a' || left(md5(n::text), 16) as id, random() as r, random() as q,
        1 + floor(${sources} * power(random(), 3))::int as source,
        now() - (${articles}::int - n) * (${DAYS} * interval '1 day' / ${articles}::int) as seen
      from generate_series(1, ${articles}::int) n`,
    drawIndex: sql`create unique index on public.draw (n)`,
    article: sql`insert into dose.article (id, seq, source_id, document_id, ref, url, title, provider_name, provider_domain,
        published_at, undated, first_seen_at, language, excerpt, excerpt_only, images, topics, given, content_sha256,
        published, backfill, version, quality, quality_parts, scored_version, logged_version)
      select d.id, d.n, 's' || lpad(source::text, 5, '0'), 'd' || lpad(source::text, 5, '0'), 'item-' || d.n,
        'https://site-' || source % 300 || '.example/2026/' || d.n,
        initcap(a.word) || ' ' || b.word || ' after ' || c.word || ' report ' || d.n, 'Paper ' || source,
        'site-' || source % 300 || '.example', seen - q * interval '3 hours', false, seen, 'en',
        'The ' || a.word || ' and the ' || b.word || ' were told of by the ' || c.word || ' on that day.', false, '[]',
        array[(array['science', 'business', 'world', 'health'])[source % 4 + 1]],
        '{"quality": null, "heat": null, "related": []}', md5(d.id), true, d.n % 50 = 0, 1, 40 + 60 * q,
        '[{"name": "length", "value": 20}, {"name": "source", "value": 20.5}, {"name": "words", "value": 12.25}]', 1, 1
      from public.draw d join public.word a on a.n = 1 + d.n % 20 join public.word b on b.n = 1 + floor(d.q * 20)
        join public.word c on c.n = 1 + (d.n / 20) % 20`,
    article_text: sql`insert into dose.article_text (article_id, version, title, text, sha256, at)
      select a.id, 1, a.title, t.text, encode(sha256(convert_to(t.text, 'UTF8')), 'hex'), a.first_seen_at
      from dose.article a cross join lateral (select repeat(a.excerpt || ' ' || a.title || '. ', 8) as text) t`,
    log_entry: sql`insert into dose.log_entry (seq, kind, article_id, version, at)
      select n, 'article', id, 1, seen from public.draw`,
    tick: sql`insert into dose.log_entry (seq, kind, at) values (${articles}::int + 1, 'tick', now())`,
    cluster: sql`insert into dose.cluster_state values (1, ${articles}::int + 1, 0, null, '{}')
      on conflict do nothing`,
    head: sql`create table public.head as select row_number() over (order by n) as rank, id, n from public.draw where r < 0.5`,
    headRank: sql`create unique index on public.head (rank)`,
    // Half begin a story; the others join one of the last thirty, a fifth of them a big one.
    joined: sql`create table public.joined as select d.id, d.n, d.seen, h.id as story from
        (select *, count(*) filter (where r < 0.5) over (order by n) as last from public.draw) d
        join public.head h on h.rank = case when d.r < 0.5 then d.last when d.r < 0.6 then greatest(1, d.last - d.last % 200)
          else greatest(1, d.last - floor(30 * d.q * d.q)::int) end`,
    story: sql`insert into dose.story (id, version, summarised_version, headline, sentences, topics, phrases, names, first_seen_at, last_seen_at)
      select j.story, count(*), count(*), a.title, jsonb_build_array(jsonb_build_object('text', a.excerpt, 'articleId', a.id,
          'start', 0, 'end', length(a.excerpt), 'sha256', md5(a.id), 'support', '[]'::jsonb)),
        a.topics, array['the ' || split_part(a.title, ' ', 1)], '{}', min(j.seen), max(j.seen)
      from public.joined j join dose.article a on a.id = j.story group by j.story, a.id, a.title, a.excerpt, a.topics`,
    storyPage: sql`update dose.story s set page = jsonb_build_object('card', c.card, 'summary', '[]'::jsonb,
        'sections', '[]'::jsonb, 'timeline', c.card->'citations')
      from (select id, (${JSON.stringify(cards)}::jsonb)->(row_number() over () % ${cards.length})::int as card
        from dose.story order by last_seen_at desc limit ${Math.ceil(articles / 50)}) c where c.id = s.id`,
    member: sql`insert into dose.member (article_id, story_id, duplicate_of)
      select id, story, case when n % 10 = 0 and id <> story then story end from public.joined`,
    // The next edition has a whole day to tell.
    edition: sql`insert into dose.edition (id, digest_id, date, slot, number, span_from, span_to, dated, deliver, at_once, state,
        subject, counters, size, pool, hash, log_from, log_to, created_at, frozen_at)
      select 'e' || left(md5(g.id || day), 16), g.id, to_char(at, 'YYYY-MM-DD'), 0, ${DAYS} - day, at - interval '1 day', at, false, true, false,
        case when day = 0 then 'sending' else 'sent' end, 'News of ' || to_char(at, 'YYYY-MM-DD'),
        '{"articles": 2740, "sources": 400, "stories": 900}', 12, coalesce(pool, '[]'), md5(g.id || day),
        ${articles}::int * (1 - (day + 2) / ${DAYS}::numeric), ${articles}::int * (1 - (day + 1) / ${DAYS}::numeric), at, at
      from unnest(${[...digestIds]}::text[]) g(id), generate_series(0, ${DAYS - 1}) day
        cross join lateral (select date_trunc('hour', now()) - day * interval '1 day' as at) t
        cross join lateral (select jsonb_agg(card || jsonb_build_object('storyId', s.id, 'headline', s.headline, 'rank', k)
            order by k) as pool
          from (select id, headline, row_number() over (order by version desc, id) as k from
              (select id, headline, version from dose.story where last_seen_at > at - interval '1 day' and last_seen_at <= at
                limit 400) recent limit ${CARDS}) s
            join lateral (select (${JSON.stringify(cards)}::jsonb)->(k % ${cards.length})::int as card) c on true) p`,
    told: sql`insert into dose.told (edition_id, story_id, sentences, articles)
      select e.id, card->>'storyId', '["It is told."]', jsonb_build_array(jsonb_build_object('id', card->>'storyId', 'version', 1, 'provider', 'site-1.example'))
      from dose.edition e, jsonb_array_elements(e.pool) card where (card->>'rank')::int <= 100 on conflict do nothing`,
    subscriber: sql`insert into dose.subscriber (id, email, email_key, created_at)
      select 'r' || n, address, address, now() - ${DAYS} * power(random(), 2) * interval '1 day'
      from generate_series(1, ${readers}::int) n cross join lateral (select 'reader' || n || '@' || case when n % 10 < 5 then 'big-mail.example'
        when n % 10 < 8 then 'other-mail.example' else 'firm-' || n % 400 || '.example' end as address) a`,
    subscription: sql`insert into dose.subscription (id, subscriber_id, digest_id, state, topics, hour, time_zone, pace, consent, created_at)
      select 'u' || g.ord || substr(r.id, 2), r.id, g.id, case when n % 12 = 0 then 'unsubscribed' when n % 25 = 0 then 'paused' else 'confirmed' end,
        '{}', 5 + n % 8, 'Europe/Zurich', 'daily', 'in a measure', r.created_at
      from dose.subscriber r cross join lateral (select substr(r.id, 2)::int as n) k
        join unnest(${[...digestIds]}::text[]) with ordinality g(id, ord) on g.ord = 1 or n % 5 = 0`,
    suppression: sql`insert into dose.suppression select email_key, 'bounced: 5.1.1', now() - random() * interval '90 days'
      from dose.subscriber where substr(id, 2)::int % 20 = 0`,
    issue: sql`insert into dose.issue select e.id, md5(e.id || k), '[]', '{"topics": [], "weights": {}, "muted": [], "missed": [], "heard": []}'
      from dose.edition e, generate_series(1, 5) k where e.span_to > now() - interval '30 days'`,
    delivery: sql`insert into dose.delivery (id, edition_id, subscription_id, state, reason, attempt, due_at, message_id, issue_hash, at, trail)
      select 'v' || left(md5(e.id || s.id), 20), e.id, s.id, d.state, case d.state when 'bounced' then 'RCPT TO: 550 5.1.1 no such user ' || s.id
          when 'deferred' then 'RCPT TO: 451 4.7.1 try again later' when 'skipped' then 'suppressed' when 'unknown' then 'its sender died' end,
        1, e.span_to, '<' || md5(e.id || s.id) || '@news.example>', md5(e.id || '1'), e.span_to + random() * interval '40 minutes',
        array[e.span_to || ' planned', e.span_to || ' ' || d.state]
      from (select *, row_number() over (order by date desc) as age from dose.edition where digest_id = ${digestIds[0]}) e
        join dose.subscription s on s.digest_id = e.digest_id and s.state <> 'unsubscribed'
        cross join lateral (select case when h < 150 then 'bounced' when h < 300 then 'skipped' when h < 320 then 'unknown'
            when h < 330 then 'complained' when h < 380 and age = 1 then 'deferred' when h < 2000 and age = 1 then 'planned' else 'accepted' end as state
          from (select abs(hashtext(e.id || s.id)) % 10000 as h) x) d
      where e.age <= ceil(${deliveries}::numeric / ${readers}) + 1 limit ${deliveries}`,
    letter: sql`insert into dose.letter (id, kind, email, email_key, language, digest_id, state, due_at, created_at, at)
      select 'l' || n, 'signup', 'new' || n || '@other-mail.example', 'new' || n || '@other-mail.example', 'en', ${digestIds[0]},
        'accepted', t, t, t from generate_series(1, 5000) n cross join lateral (select now() - n * interval '8 minutes' as t) x`,
    run: sql`insert into dose.run (stage, row_id, row_version, attempt, state, error_class, error, trace, queued_at, started_at, ended_at)
      select stage, case when stage = 'fetch' then 's' || lpad((1 + n % ${sources})::text, 5, '0')
          when stage in ('page', 'score') then (select id from public.draw where draw.n = ${articles}::int - run.n % 30000)
          else md5(n::text) end, n, 1, state,
        case when state in ('failed', 'retrying') then (array['FETCH_FAILED', 'TIMEOUT', 'HTTP_STATUS'])[1 + n % 3] end,
        case when state in ('failed', 'retrying') then 'https://site-' || n % 300 || '.example/feed-' || n || '.xml answered 50' || n % 4 || ' after ' || n % 9000 || ' ms' end,
        md5('trace' || n / 5), at, at + w * interval '1 second', case when state <> 'running' then at + (w + r) * interval '1 second' end
      from (select n, now() - power(1 - n::float / ${runs}, 1.5) * interval '30 days' - interval '1 minute' as at, 0.01 + random() as w, 3 * random() * random() as r,
          (array['fetch', 'fetch', 'fetch', 'fetch', 'ingest', 'page', 'page', 'score', 'score', 'cluster', 'summarise', 'reconcile', 'deliver'])[1 + n % 13] as stage,
          case when n > ${runs} - 4 then 'running' when n % 50 = 0 then 'failed' when n % 67 = 0 then 'retrying' else 'done' end as state
        from generate_series(1, ${runs}::int) n) run`,
    audit_entry: sql`insert into dose.audit_entry (id, at, actor, action, object, detail)
      select md5(n::text), now() - n * interval '25 minutes', 'operator', (array['source set', 'digest add', 'story merge', 'delivery stop'])[1 + n % 4],
        'Paper ' || n % 500, '{"exit": 0}' from generate_series(1, 20000) n`,
    scratch: sql`drop table public.draw, public.head, public.joined, public.word`,
    analyze: sql`analyze`,
  }
  for (const [name, statement] of Object.entries(steps)) {
    const start = performance.now()
    await statement.execute(db).catch((error: unknown) => {
      throw new Error(`filling ${name}: ${String(error)}`, { cause: error })
    })
    const seconds = (performance.now() - start) / 1_000
    if (seconds > 1) console.error(`  ${name}: ${seconds.toFixed(1)} s`)
  }
}
