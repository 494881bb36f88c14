import { z } from 'zod'
import { columns, command } from './command.ts'
import { findDigest } from './digest.ts'

const clock = (verb: 'pause' | 'resume', summary: string) =>
  command({
    name: `digest ${verb}`,
    summary,
    input: z.object({ name: z.string().describe('Name of the digest') }),
    positional: ['name'],
    changes: true,
    confirm: async ({ name }) =>
      verb === 'pause' ? `${name} would make no more editions until it is resumed.` : null,
    async run({ name }, { deps, out }) {
      const digest = await findDigest(deps, name)
      const active = verb === 'resume'
      await deps.store.digests.setActive(digest.id, active)
      out({ name: digest.name, active })
      return 0
    },
    show: columns('name', 'active'),
  })

export const pause = clock(
  'pause',
  'Make no more editions by the schedule; what is being sent goes on. `digest run` still works.',
)

export const resume = clock(
  'resume',
  'Make editions by the schedule again; one missed for less than 24 hours is made up.',
)
