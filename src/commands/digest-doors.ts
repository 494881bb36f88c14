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
    async run({ name }, { deps, out }) {
      const digest = await findDigest(deps, name)
      const open = verb === 'open'
      await deps.store.digests.setOpen(digest.id, open)
      const home = `${deps.publicUrl()}/d/${encodeURIComponent(digest.name)}/subscribe`
      out({ name: digest.name, open, signUp: open ? home : null })
      return 0
    },
    show: columns('name', 'open', 'signUp'),
  })

export const open = door('open', 'Let anybody sign up for a digest, with confirmation by mail.')

export const close = door('close', 'Let nobody sign up for a digest; its readers stay.')
