import { z } from 'zod'
import type { Blocker } from '../../edition/blockers.ts'
import { type ClientFinding, checkClients } from '../../edition/check-clients.ts'
import { checkLinks } from '../../edition/check-links.ts'
import { cardsOf } from '../../edition/select.ts'
import type { Card, Choices } from '../../model.ts'
import { previewMail } from '../../workers/preview-mail.ts'
import { type Outlook, outlookOf } from '../../workers/readiness.ts'
import type { Deps } from '../../workers/stage.ts'
import { type Command, command, type Row } from '../command.ts'
import { findDigest } from '../digest.ts'
import { nameList, requireTopics } from '../inputs.ts'

const input = z.object({
  name: z.string().describe('Name of the digest'),
  topics: nameList.optional().describe('As a reader of these topics gets it'),
  html: z.boolean().default(false).describe('Print the HTML of the mail'),
  text: z.boolean().default(false).describe('Print the plain text of the mail'),
  full: z.boolean().default(false).describe('With --json: the mail and the stories'),
})

type Input = z.infer<typeof input>

export const preview = command({
  name: 'edition preview',
  summary:
    'Show the next edition as it stands, and what stands between it and its readers; nothing is stored or sent.',
  input,
  positional: ['name'],
  changes: false,
  async run(given: Input, { deps, out }) {
    const digest = await findDigest(deps, given.name)
    const topics = given.topics ? requireTopics(given.topics, deps.taxonomy) : []
    const outlook = await outlookOf(digest, deps)
    const made = outlook.preview && (await mailOf(outlook, { topics }, deps))
    const cards = made ? cardsOf(made.issue) : []
    out({
      ...headOf(outlook),
      bytes: made?.bytes ?? 0,
      links: checkLinks(cards),
      clients: made ? checkClients(made.mail.html) : [],
      ...((given.html || given.full) && { html: made?.mail.html ?? '' }),
      ...((given.text || given.full) && { text: made?.mail.text ?? '' }),
    })
    if (given.full || !(given.html || given.text)) for (const card of cards) out(lineOf(card))
    return 0
  },
  show: showPreview,
})

/** The same under the name it had first. */
export const digestPreview: Command = {
  ...preview,
  name: 'digest preview',
  summary: 'The same as `dose edition preview`.',
}

async function mailOf({ preview }: Outlook, choices: Choices, deps: Deps) {
  const digest = preview && (await deps.store.digests.find(preview.edition.digestId))
  return preview && digest ? previewMail(preview.edition, digest, choices, deps) : null
}

/** What is told of an edition that is to come. */
function headOf({ edition, preview, at, blockers }: Outlook) {
  const { id, digestName, date, span, state, subject, preheader, counters, size } =
    preview?.edition ?? edition
  return {
    ...{ editionId: id, digest: digestName, date, state, at },
    // Asked to freeze it, one says what was looked at.
    to: span.to,
    hash: preview?.edition.hash ?? null,
    ...{ subject, preheader, counters, size },
    blockers,
  }
}

const lineOf = ({ rank, headline, topic, score, sourceCount, storyId, parts }: Card) => {
  return { rank, headline, topic, score, sources: sourceCount, storyId, parts }
}

function showPreview(row: Row): string {
  if (typeof row.html === 'string') return row.html
  if (typeof row.text === 'string') return row.text
  if ('rank' in row)
    return `${row.rank}. ${row.headline}  [${row.topic}, ${row.sources} sources, score ${row.score}] ${row.storyId}`
  const told = (row.blockers as Blocker[]).map(
    ({ weight, what, fix }) => `  ${weight.padEnd(5)}  ${what} ${fix}`,
  )
  const lacking = (row.clients as ClientFinding[]).filter(({ harmless }) => harmless === null)
  return [
    `${row.digest} of ${row.date}, due ${row.at}${row.state === 'waiting' ? ', frozen' : ''}`,
    `Subject: ${row.subject || '(no story yet)'}`,
    ...(row.preheader ? [String(row.preheader)] : []),
    `As of ${row.to}, hash ${row.hash ?? 'none'}`,
    ...told,
    ...lacking.map((one) => `  note   ${one.feature} is not shown by ${one.lacking}.`),
  ].join('\n')
}
