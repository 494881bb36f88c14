import { z } from 'zod'
import { DoseError } from '../errors.ts'
import { columns, command } from './command.ts'

export const list = command({
  name: 'session list',
  summary: 'List who is signed in, from where and since when; the last used first.',
  input: z.object({}),
  positional: [],
  changes: false,
  needs: 'admin',
  async run(_input, { deps, out }) {
    for (const { hash: id, ...session } of await deps.store.sessions.list(deps.clock.now()))
      out({ id, ...session })
    return 0
  },
  show: columns('id', 'name', 'address', 'createdAt', 'seenAt', 'agent'),
})

export const end = command({
  name: 'session end',
  summary: 'Sign somebody out.',
  input: z.object({ id: z.string().describe('What `session list` names it by') }),
  positional: ['id'],
  changes: true,
  needs: 'admin',
  async run({ id }, { deps, out }) {
    if (!(await deps.store.sessions.end(id))) throw new DoseError('NOT_FOUND', `session ${id}`)
    out({ id, ended: true })
    return 0
  },
  show: (row) => `session ${row.id} ended`,
})
