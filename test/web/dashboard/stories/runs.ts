import { expect } from 'vitest'
import { runWith } from '../../../support/runs.ts'
import type { House } from '../../house.ts'
import type { RoomStory } from '../story.ts'

const AT = '2026-11-20T06:00:00.000Z'
const HOSTILE = '<img src=x onerror=document.title="ran">'

/** Far off, so that it stays as it is. */
const JOB_OF_A2 = { jobId: 'score-a2-1', delay: 86_400_000 }

/** Failures of one kind, one of them tried again since, and a run that went well. */
async function furnish({ store, app }: House): Promise<void> {
  for (const id of ['a1', 'a2', 'a3']) {
    const error = `${HOSTILE} https://paper.example/${id} did not answer`
    const failure = {
      error,
      errorKind: '<text> <url> did not answer',
      stack: 'Error\n  at score.ts:7',
      lines: [{ at: AT, level: 'warn', says: `${HOSTILE} said ${id}` }] as const,
    }
    await runWith(store, { id, state: 'failed', ...failure })
  }
  await runWith(store, { id: 'a3', attempt: 2, state: 'done' })
  await app.deps.queues.pause('letter')
  for (const queue of app.deps.queues.list())
    if (queue.name === 'score')
      await queue.add('score', { id: 'a2', by: 'ann@reader.example' }, JOB_OF_A2)
}

export const runs: RoomStory = {
  name: 'Queues',
  furnish,
  async visit({ tab, go, look, house, width }) {
    await go('/admin')
    await tab.keyboard.press('g')
    await tab.keyboard.press('q')
    await tab.getByRole('heading', { name: 'Queues' }).waitFor()
    expect(await tab.locator('tr:has-text("answers readers") strong').textContent()).toBe('paused')
    const group = tab.locator('.groups li')
    if (width === 360) expect(await group.textContent()).toContain('2×') // a3 has succeeded since
    await look('queues')

    await tab.goto(tab.url().replace(/\/runs.*/, '/runs/list?q=did+not+answer'))
    expect(await tab.locator('[data-row]').count()).toBe(3)
    await look('runs')
    await tab.keyboard.press('j')
    await tab.keyboard.press('Enter')
    await tab.getByText('Attempt 1').waitFor()
    await go('/admin/runs/run/score/a2/1')
    const page = (await tab.locator('main').textContent()) ?? ''
    expect(page).toContain(`${HOSTILE} said a2`)
    expect(page).toMatch(/delayed, since .*"by": "<address>"/s)
    await look('run')

    await go('/admin/runs/stage/score')
    await look('stage')
    if (width === 360) return
    await tab.selectOption('[name=state]', 'delayed')
    await tab.fill('[name=search]', 'a2')
    await tab.getByRole('button', { name: 'Take out' }).click()
    await tab.getByText('1 delayed job would be taken out.').waitFor()
    await tab.getByRole('button', { name: 'Yes, do it' }).click()
    await tab.getByText('score: 1 delayed taken out').waitFor()
    await go('/admin/runs')
    await group.getByRole('button', { name: 'Retry these 2, slowly' }).click()
    await tab.getByText('2 failed runs would be tried again, 30 a minute.').waitFor()
    await look('confirm')
    await tab.getByRole('button', { name: 'Yes, do it' }).click()
    await tab.getByText('queue retry: done').waitFor()
    await tab.getByText('Nothing that was not made up for.').waitFor()
    const { waiting, delayed } = await house.app.deps.queues.counts('score')
    expect([waiting, delayed]).toEqual([1, 1])
  },
}
