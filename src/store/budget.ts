import { sql } from 'kysely'
import type { Db } from './db.ts'

type Ticket = {
  readonly id: string
  readonly domain: string
  readonly host: string
  readonly pauseMs: number
}
type Given =
  | { readonly kind: 'given'; readonly nextMs: number }
  | { readonly kind: 'busy'; readonly nextMs: number; readonly full: boolean }
  | { readonly kind: 'silent'; readonly seconds: number; readonly reason: string }

/** A turn ends by itself after this long: the process that held it is dead. Longer than any fetch. */
const TURN_SECONDS = 120
/** Milliseconds a request may begin early where the one before it was late, so that no time is lost. */
const CATCH_UP_MS = 100
/** Nobody silences a host for longer by one header: its sources are asked once a day, for ever. */
const LONGEST_SILENCE_SECONDS = 86_400

type Row = {
  id: string
  given: boolean
  next_ms: number
  reason: string | null
  full: boolean
}

/** Turns at the domains we ask, in one statement each, by the database's clock. */
export function createTurns(db: Db) {
  return {
    /**
     * Takes a turn for each ticket, at most one a domain.
     *
     * @param connections turns of one domain at once, by all processes together.
     */
    async take(tickets: readonly Ticket[], connections: number): Promise<Map<string, Given>> {
      const column = <T>(of: (ticket: Ticket) => T) => tickets.map(of)
      const { rows } = await sql<Row>`
        with ticket as (
          select t.*, s.until, s.reason from unnest(
            ${column(({ id }) => id)}::text[], ${column(({ domain }) => domain)}::text[],
            ${column(({ host }) => host)}::text[], ${column(({ pauseMs }) => pauseMs)}::int[]
          ) as t(id, domain, host, pause_ms)
          left join dose.silence s on s.host = t.host and s.until > now()
        ), given as (
          insert into dose.budget as b (domain, next_at, turns)
          select domain, now() + pause_ms * interval '1 ms',
            jsonb_build_object(id, extract(epoch from now()) + ${TURN_SECONDS}::int)
          from ticket where until is null
          order by domain -- as every process does, so that none waits for the other
          on conflict (domain) do update set
            next_at = greatest(b.next_at, now() - ${CATCH_UP_MS}::int * interval '1 ms')
              + (excluded.next_at - now()),
            turns = excluded.turns || coalesce((
              select jsonb_object_agg(key, value) from jsonb_each(b.turns)
              where value::text::numeric > extract(epoch from now())), '{}')
          where b.next_at <= now() and (
            select count(*) from jsonb_each(b.turns)
            where value::text::numeric > extract(epoch from now())) < ${connections}::int
          returning domain, next_at
        )
        select t.id, g.domain is not null as given, t.reason,
          ceil(extract(epoch from coalesce(t.until, g.next_at, b.next_at) - now()) * 1000)::int
            as next_ms,
          coalesce(b.next_at <= now(), false) as full
        from ticket t left join given g using (domain) left join dose.budget b using (domain)
        `.execute(db)
      return new Map(rows.map((row) => [row.id, givenOf(row)]))
    },

    /** Lets the next one have the turns. */
    async giveBack(turns: readonly { readonly id: string; readonly domain: string }[]) {
      await sql`
        with back as (
          select domain, array_agg(id) as ids from unnest(
            ${turns.map(({ domain }) => domain)}::text[], ${turns.map(({ id }) => id)}::text[]
          ) as t(domain, id) group by domain
        ), held as (
          select domain from dose.budget where domain in (select domain from back)
          order by domain for update
        )
        update dose.budget b set turns = b.turns - back.ids
        from back join held using (domain) where b.domain = back.domain`.execute(db)
    },

    /** Nobody asks a host anything for so many seconds; the longest wish counts. */
    async silence(host: string, seconds: number, reason: string): Promise<void> {
      const bounded = Math.min(seconds, LONGEST_SILENCE_SECONDS)
      await sql`
        insert into dose.silence as s (host, until, reason)
        values (${host}, now() + ${bounded} * interval '1 s', ${reason})
        on conflict (host) do update
          set until = greatest(s.until, excluded.until), reason = excluded.reason`.execute(db)
    },

    /** Domains and hosts that nobody has asked for a day are forgotten. */
    async prune(): Promise<void> {
      await sql`delete from dose.budget where next_at < now() - interval '1 day'`.execute(db)
      await sql`delete from dose.silence where until < now() - interval '1 day'`.execute(db)
    },
  }
}

function givenOf({ given, next_ms, reason, full }: Row): Given {
  const nextMs = Math.max(0, next_ms)
  if (given) return { kind: 'given', nextMs }
  if (reason !== null) return { kind: 'silent', seconds: Math.ceil(nextMs / 1_000), reason }
  return { kind: 'busy', nextMs, full }
}
