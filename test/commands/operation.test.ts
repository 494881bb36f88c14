import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { type Command, command, roleFor } from '../../src/commands/command.ts'
import { commands } from '../../src/commands/commands.ts'
import { runAs } from '../../src/commands/operation.ts'
import { DoseError } from '../../src/errors.ts'
import type { Actor } from '../../src/model.ts'
import type { Deps } from '../../src/workers/stage.ts'

const anna = (role: Actor['role'], nouns: Actor['nouns'] = null): Actor => ({
  name: 'anna',
  role,
  nouns,
  address: '192.0.2.7',
})

/** Runs a command of ours for somebody; tells whether it was begun, and what the audit log says. */
async function tryAs(actor: Actor, asked: Partial<Command> = {}, isLate = false) {
  let begun = false
  const audit: unknown[] = []
  const probe = {
    ...command({
      name: 'story pin',
      summary: 'Pins',
      input: z.object({}),
      positional: [],
      changes: true,
      run: async () => {
        begun = true
        return 0
      },
    }),
    ...asked,
  }
  const write = async (...entry: unknown[]) => void audit.push(entry)
  const deps = { store: { audit: { write } }, clock: { now: () => '2026-11-20T06:00:00.000Z' } }
  const emit = { row() {}, note() {}, isLate: () => isLate }
  const failure = await runAs(actor, probe, {}, deps as unknown as Deps, emit, false).catch(String)
  return { begun, failure, audit }
}

describe('who may run what', () => {
  test.each([
    { name: 'a change takes an operator', role: 'editor', asked: {}, may: false },
    { name: 'an operator changes', role: 'operator', asked: {}, may: true },
    { name: 'a viewer reads', role: 'viewer', asked: { changes: false }, may: true },
    { name: 'an editor decides', role: 'editor', asked: { needs: 'editor' }, may: true },
    { name: 'a viewer does not', role: 'viewer', asked: { needs: 'editor' }, may: false },
    { name: 'an admin may do all', role: 'admin', asked: { needs: 'admin' }, may: true },
    { name: 'an operator may not', role: 'operator', asked: { needs: 'admin' }, may: false },
  ] as const)('$name', async ({ role, asked, may }) => {
    const { begun, failure } = await tryAs(anna(role), asked)
    expect(begun).toBe(may)
    expect(String(failure)).toMatch(may ? /^0$/ : /FORBIDDEN story pin: anna is/)
  })

  test('a token for some nouns runs no command of another', async () => {
    expect((await tryAs(anna('admin', ['story']))).begun).toBe(true)
    expect((await tryAs(anna('admin', ['source', 'stor']))).begun).toBe(false)
  })

  test('the audit log names who it was', async () => {
    expect((await tryAs(anna('operator'))).audit).toEqual([
      expect.arrayContaining([anna('operator'), 'story pin']),
    ])
  })

  test('and tells of what changes nothing where nobody waits for its end', async () => {
    const look = { name: 'source fetch', changes: false }
    const fails = async () => {
      throw new DoseError('NOT_FOUND', 'source x')
    }
    expect((await tryAs(anna('viewer'), look)).audit).toEqual([])
    expect((await tryAs(anna('viewer'), { ...look, run: fails })).audit).toEqual([])
    expect((await tryAs(anna('viewer'), look, true)).audit).toHaveLength(1)
    expect((await tryAs(anna('viewer'), { ...look, run: fails }, true)).audit).toEqual([
      expect.arrayContaining([{ exit: 1, error: expect.stringContaining('source x') }]),
    ])
  })

  test('what reaches files of the machine or fills the store takes an admin', () => {
    const admins = commands.filter((one) => roleFor(one) === 'admin').map(({ name }) => name)
    expect(admins).toEqual(expect.arrayContaining(['article export', 'backup', 'restore']))
  })
})
