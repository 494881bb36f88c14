import { z } from 'zod'
import { columns, command } from './command.ts'
import { findDigest } from './digest.ts'

const input = z.object({ name: z.string().describe('Name of the digest') })

const door = (verb: 'open' | 'close', summary: string) =>
  command({
    name: `digest ${verb}`,
    summary,
    input,
    positional: ['name'],
    changes: true,
    async run({ name }, { deps, out, undo }) {
      const digest = await findDigest(deps, name)
      const open = verb === 'open'
      await deps.store.digests.setOpen(digest.id, open)
      if (digest.open !== open) undo(open ? 'digest close' : 'digest open', { name: digest.name })
      const home = `${deps.publicUrl()}/d/${encodeURIComponent(digest.name)}/subscribe`
      out({ name: digest.name, open, signUp: open ? home : null })
      return 0
    },
    show: columns('name', 'open', 'signUp'),
  })

export const open = door('open', 'Let anybody sign up for a digest, with confirmation by mail.')

export const close = door('close', 'Let nobody sign up for a digest; its readers stay.')

export const clicks = command({
  name: 'digest clicks',
  summary: 'Count how often the links of its mails are followed, by nobody in particular, or stop.',
  input: z.object({
    name: z.string().describe('Name of the digest'),
    count: z.enum(['on', 'off']).describe('`on` from the next mail on, or `off` at once'),
  }),
  positional: ['name', 'count'],
  changes: true,
  async run({ name, count }, { deps, out }) {
    const digest = await findDigest(deps, name)
    await deps.store.digests.setCounting(digest.id, count === 'on')
    out({ name: digest.name, countClicks: count === 'on' })
    return 0
  },
  show: columns('name', 'countClicks'),
})
