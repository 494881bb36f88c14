import { z } from 'zod'
import { columns, command } from '../command.ts'
import { findDigest } from '../digest.ts'
import { findEdition } from './find.ts'

export const clicks = command({
  name: 'edition clicks',
  summary:
    'Show how often the links of an edition were followed from its mails, where that is counted.',
  input: z.object({
    id: z.string().describe('Id of the edition, or `latest`'),
    digest: z.string().optional().describe('Name of the digest whose latest is meant'),
  }),
  positional: ['id'],
  changes: false,
  async run({ id, digest: name }, { deps, out, note }) {
    const digest = name ? await findDigest(deps, name) : undefined
    const edition = await findEdition(deps, id, digest?.id)
    const counted = await deps.store.clicks.of(edition.id)
    for (const { url, clicks: n } of counted) out({ editionId: edition.id, clicks: n, url })
    const { countClicks } = digest ?? (await findDigest(deps, edition.digestId))
    if (counted.length === 0 && !countClicks)
      note(`${edition.digestName} counts no clicks: dose digest clicks NAME on.`)
    return 0
  },
  show: columns('clicks', 'url'),
})
