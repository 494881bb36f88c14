import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Turn } from '../../src/io/http-budget.ts'
import { createBudget, type LinedBudget } from '../../src/io/http-line.ts'
import { empty } from '../support/rows.ts'
import { openTestApp, type TestApp } from '../support/setup.ts'

let app: TestApp
const open: LinedBudget[] = []
beforeAll(async () => {
  app = await openTestApp()
})
afterEach(async () => {
  await Promise.all(open.splice(0).map((budget) => budget.close()))
  await empty(app)
})
afterAll(() => app.close())

/** A budget as a process of its own would have it: the rows are all that it shares with others. */
function budgetOf(connections: number, pauseMs: number): LinedBudget {
  const { turns } = app.deps.store
  const budget = createBudget(
    { ...turns, take: (tickets) => turns.take(tickets, connections) },
    pauseMs,
  )
  open.push(budget)
  return budget
}

const never = new AbortController().signal
const want = (domain: string, over = {}) => ({ domain, host: domain, pauseMs: 0, ...over })

async function turnOf(budget: LinedBudget, domain: string): Promise<Turn> {
  const turn = await budget.take(want(domain), never)
  if ('kind' in turn) throw new Error(turn.reason)
  return turn
}

/** Takes and ends turns as fast as they are given, and tells when each began and ended. */
async function visit(budgets: readonly LinedBudget[], domain: string, visits: number, ms: number) {
  const spans: { from: number; to: number }[] = []
  await Promise.all(
    Array.from({ length: visits }, async (_, i) => {
      const turn = await turnOf(budgets[i % budgets.length] as LinedBudget, domain)
      const from = performance.now()
      await sleep(ms)
      spans.push({ from, to: performance.now() })
      turn.end()
    }),
  )
  return spans.sort((a, b) => a.from - b.from)
}

const mostAtOnce = (spans: readonly { from: number; to: number }[]) =>
  Math.max(...spans.map(({ from }) => spans.filter((s) => s.from <= from && from < s.to).length))

describe('two processes on one domain', () => {
  test('together have no more requests on their way than one may', async () => {
    const spans = await visit([budgetOf(2, 1), budgetOf(2, 1)], 'paper.example', 12, 30)
    expect(spans).toHaveLength(12)
    expect(mostAtOnce(spans)).toBeLessThanOrEqual(2)
  })

  test('together keep the pause of one', async () => {
    const { turns } = app.deps.store
    const ticket = (id: string) => ({ id, ...want('paper.example'), pauseMs: 60_000 })
    expect((await turns.take([ticket('first')], 9)).get('first')).toMatchObject({ kind: 'given' })
    const second = (await turns.take([ticket('second')], 9)).get('second')
    expect(second).toMatchObject({ kind: 'busy', full: false })
    if (second?.kind !== 'busy') throw new Error('it was given')
    expect(second.nextMs).toBeGreaterThan(0)
    expect(second.nextMs).toBeLessThanOrEqual(60_000)
  })
})

describe('a line', () => {
  test('of one domain holds up no other', async () => {
    const budget = budgetOf(1, 1)
    const held = await turnOf(budget, 'slow.example')
    let waiting = true
    const second = turnOf(budget, 'slow.example').finally(() => {
      waiting = false
    })
    for (let i = 0; i < 5; i++) (await turnOf(budget, 'quick.example')).end()
    expect(waiting).toBe(true)
    held.end()
    ;(await second).end()
  })

  test('is left by whoever is called off, and the next one moves up', async () => {
    const budget = budgetOf(1, 1)
    const held = await turnOf(budget, 'paper.example')
    const off = new AbortController()
    const second = budget.take(want('paper.example'), off.signal)
    const third = turnOf(budget, 'paper.example')
    off.abort(new Error('called off'))
    await expect(second).rejects.toThrow('called off')
    held.end()
    ;(await third).end()
  })

  test('that is too long sends away, with the time it would take', async () => {
    const budget = budgetOf(1, 60_000)
    ;(await turnOf(budget, 'paper.example')).end()
    const waiting = [1, 2].map(() => budget.take(want('paper.example'), never))
    const fourth = await budget.take(want('paper.example'), never)
    expect(fourth).toMatchObject({ kind: 'postponed', reason: 'too many wait for paper.example' })
    await budget.close()
    for (const turn of await Promise.all(waiting)) expect(turn).toMatchObject({ kind: 'postponed' })
  })

  test.each([
    { wanted: 0, kept: 40 },
    { wanted: 3_000, kept: 3_000 },
  ])('keeps the longer pause: ours of 40 ms, the host’s of $wanted', async ({ wanted, kept }) => {
    const { turns } = app.deps.store
    const pauses: number[] = []
    const budget = createBudget(
      {
        ...turns,
        take(tickets) {
          pauses.push(...tickets.map(({ pauseMs }) => pauseMs))
          return turns.take(tickets, 1)
        },
      },
      40,
    )
    open.push(budget)
    const turn = await budget.take(want('paper.example', { pauseMs: wanted }), never)
    if ('end' in turn) turn.end()
    expect(pauses).toEqual([kept])
  })
})

test('a host that asks for silence is left alone by every process; its neighbours are not', async () => {
  const [one, two] = [budgetOf(2, 1), budgetOf(2, 1)]
  await one.silence('feeds.paper.example', 3_600, '429 Too Many Requests')
  await one.silence('feeds.paper.example', 5, 'a shorter wish changes nothing')
  const host = { host: 'feeds.paper.example' }
  const asked = await two.take(want('paper.example', host), never)
  expect(asked).toMatchObject({ kind: 'postponed', reason: expect.stringContaining('silence') })
  if ('end' in asked) throw new Error('it was asked')
  expect(asked.retryAfterSeconds).toBeGreaterThan(3_500)
  const neighbour = await two.take(want('paper.example', { host: 'www.paper.example' }), never)
  expect(neighbour).toHaveProperty('waitedMs')
})

test('a turn whose holder died ends by itself', async () => {
  const { turns, db } = app.deps.store
  const ticket = { id: 'dead', ...want('paper.example'), pauseMs: 1 }
  expect((await turns.take([ticket], 1)).get('dead')).toMatchObject({ kind: 'given' })
  await sleep(5)
  const again = async () => (await turns.take([{ ...ticket, id: 'next' }], 1)).get('next')
  expect(await again()).toEqual({ kind: 'busy', nextMs: 0, full: true })
  const past = JSON.stringify({ dead: Date.now() / 1_000 - 1 })
  await db.updateTable('budget').set({ turns: past }).execute()
  expect(await again()).toMatchObject({ kind: 'given' })
})
