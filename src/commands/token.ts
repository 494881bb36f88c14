import { z } from 'zod'
import { DoseError } from '../errors.ts'
import { hashKey, makeKey } from '../store/keys.ts'
import { columns, command } from './command.ts'
import { nameList, shownName, wholeNumber } from './inputs.ts'
import { role } from './user.ts'

const DAY_MS = 86_400_000
const DAYS_MAX = 3_650

/** Tells what it is to whoever finds one, and to programs that look for secrets in code. */
const MARK = 'dose_'

const target = z.object({
  name: shownName.describe('What the token is for, as audit logs tell it'),
})

export const add = command({
  name: 'token add',
  summary: 'Make a token for a script and print it, this once.',
  input: target.extend({
    role: role.default('viewer').describe('The role the script has'),
    nouns: nameList
      .optional()
      .describe('Nouns whose commands it may run, comma-separated, e.g. `source,article`'),
    days: wholeNumber(1, DAYS_MAX)
      .optional()
      .describe('Days after which it ends; never by default'),
  }),
  positional: ['name'],
  changes: true,
  needs: 'admin',
  tellsKey: true,
  async run({ name, role, nouns = null, days }, { deps, out, record, undo }) {
    if (nouns) await requireNouns(nouns)
    const { store, clock } = deps
    const now = clock.now()
    const endsAt = days ? new Date(Date.parse(now) + days * DAY_MS).toISOString() : null
    const token = MARK + makeKey()
    if (!(await store.tokens.add(hashKey(token), { name, role, nouns, endsAt }, now)))
      throw new DoseError('USAGE', `token ${name} is there already; remove it first.`)
    record({ role, nouns, endsAt })
    undo('token remove', { name })
    out({ name, role, nouns, endsAt, token })
    return 0
  },
  show: (row) => `${row.name} (${row.role}), shown this once:\n${row.token}`,
})

/** @throws {DoseError} USAGE naming what is no noun of a command, and the nouns. */
async function requireNouns(given: readonly string[]): Promise<void> {
  const { commands } = await import('./commands.ts') // which is made of this file too
  const known = [...new Set(commands.map(({ name }) => name.split(' ')[0] ?? ''))].toSorted()
  const unknown = given.filter((noun) => !known.includes(noun))
  if (unknown.length > 0)
    throw new DoseError(
      'USAGE',
      `--nouns: no such noun: ${unknown.join(', ')}; there are ${known.join(', ')}.`,
    )
}

export const list = command({
  name: 'token list',
  summary: 'List the tokens: what they may do, when they end and when they were last used.',
  input: z.object({}),
  positional: [],
  changes: false,
  needs: 'admin',
  async run(_input, { deps, out }) {
    for (const token of await deps.store.tokens.list()) out(token)
    return 0
  },
  show: columns('name', 'role', 'nouns', 'createdAt', 'endsAt', 'usedAt'),
})

export const remove = command({
  name: 'token remove',
  summary: 'Remove a token; what uses it is turned away from then on.',
  input: target,
  positional: ['name'],
  changes: true,
  needs: 'admin',
  async run({ name }, { deps, out }) {
    if (!(await deps.store.tokens.remove(name))) throw new DoseError('NOT_FOUND', `token ${name}`)
    out({ name, removed: true })
    return 0
  },
  show: (row) => `${row.name} removed`,
})
