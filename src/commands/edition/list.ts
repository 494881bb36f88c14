import { z } from 'zod'
import { columns, command } from '../command.ts'
import { findDigest } from '../digest.ts'
import { wholeNumber } from '../inputs.ts'

export const list = command({
  name: 'edition list',
  summary: 'List the editions, the newest first.',
  input: z.object({
    digest: z.string().optional().describe('Name of one digest'),
    limit: wholeNumber(1, 10_000).default(30).describe('How many'),
  }),
  positional: [],
  changes: false,
  async run({ digest: name, limit }, { deps, out }) {
    const digest = name ? await findDigest(deps, name) : null
    for (const edition of await deps.store.archive.heads(limit, digest?.id)) {
      const { id, digestName, date, number, state, stories, subject, hash, span } = edition
      out({ id, digest: digestName, date, number, state, stories, subject, hash, span })
    }
    return 0
  },
  show: columns('id', 'date', 'state', 'stories', 'subject'),
})
