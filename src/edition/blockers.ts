import type { Digest } from '../model.ts'

/** All that may keep the next edition of a digest from its readers, as it was found. */
export type Readiness = {
  readonly digest: Pick<Digest, 'active' | 'quiet' | 'from' | 'postal'>
  /** Stories that may be told; `null` while nobody knows: what depends on them is not looked at. */
  readonly stories: number | null
  /** It comes in hours: until then there may be more. */
  readonly isFarOff: boolean
  /** The sentence that is not where it is cited, as the error says it; `null` where all are. */
  readonly unresolved: string | null
  /** Whatever else composing ended with. */
  readonly failed: string | null
  /** Somebody would get it. */
  readonly hasReaders: boolean
  /** Mail leaves this machine. */
  readonly sends: boolean
  readonly sender: string
  readonly postal: string
  /** Stages that an edition needs and that do nothing. */
  readonly pausedStages: readonly string[]
  readonly pausedAccounts: readonly string[]
  /** Nothing is read, for want of room on the disk. */
  readonly noRoom: boolean
  readonly sources: { readonly all: number; readonly late: number; readonly failing: number }
  /** Articles that are not in stories yet. */
  readonly unlogged: number
  /** Stories that an editor put at a place and that are not among those that may be told. */
  readonly misplaced: readonly string[]
  /** Somebody has to say yes before it goes. */
  readonly waitsForYes: boolean
  readonly waitSends: boolean
}

/** Something that keeps an edition from its readers, or that an editor should know before. */
export type Blocker = {
  /** `stops`: nobody gets it; `waits`: it comes later or smaller; `note`: it goes, and this is so. */
  readonly weight: 'stops' | 'waits' | 'note'
  readonly what: string
  readonly fix: string
}

/** Addresses from which no mail server takes anything. */
const NO_SENDER = /@(?:localhost|[\w.-]*\.(?:example|invalid|test|localhost))>?$/i

/** Sources that fail, in shares of all, from which on the day is not told in full. */
const MANY = 0.25

/** What stands between the next edition and its readers, the worst first. */
export function findBlockers(found: Readiness): Blocker[] {
  const all = [...stopping(found), ...waiting(found), ...notes(found)]
  return all.flatMap(([weight, holds, what, fix]) => (holds ? [{ weight, what, fix }] : []))
}

type Rule = readonly [Blocker['weight'], boolean, string, string]

const stopping = ({ digest, ...found }: Readiness): Rule[] => [
  ['stops', !digest.active, 'The digest is paused.', 'Resume it.'],
  [
    'stops',
    found.pausedStages.length > 0,
    `Paused: the stage ${found.pausedStages.join(' and the stage ')}.`,
    'Resume it in the room Queues.',
  ],
  [
    'stops',
    found.unresolved !== null,
    `A sentence is not in the text it cites: ${found.unresolved}`,
    'Leave the story out, or have it summarised again.',
  ],
  [
    'stops',
    found.failed !== null,
    `It cannot be composed: ${found.failed}`,
    'Look at it in the room Editions, where it is tried again at once.',
  ],
  [
    'stops',
    found.stories === 0 && !found.isFarOff,
    'There is no story yet: no edition would be made.',
    'Look whether the sources bring anything new.',
  ],
  ['stops', !found.hasReaders, 'Nobody is subscribed.', 'Add readers, or open the sign-up.'],
  [
    'stops',
    found.sends && NO_SENDER.test(found.sender),
    `No mail server takes mail from ${found.sender}.`,
    'Set MAIL_FROM, or the sender of the digest.',
  ],
]

function waiting({ digest, ...found }: Readiness): Rule[] {
  const { quiet } = digest
  const stories = found.stories ?? 0
  const end = found.waitSends ? 'without one it is sent in time' : 'without one it is not sent'
  return [
    [
      'waits',
      found.waitsForYes,
      `It waits for a yes; ${end}.`,
      'Look at it, then approve or decline it.',
    ],
    [
      'waits',
      quiet?.rule === 'skip' && stories > 0 && stories < quiet.below,
      `A quiet day: ${stories} stories, fewer than ${quiet?.below}, are not sent.`,
      'Wait for more, or change the rule of the digest.',
    ],
    [
      'waits',
      found.pausedAccounts.length > 0,
      `Sending is paused: ${found.pausedAccounts.join('; ')}.`,
      'See what the mail server says; it is tried again by itself.',
    ],
    [
      'waits',
      found.noRoom,
      'Nothing new is read: the disk is nearly full.',
      'Make room, or keep less: see the room House.',
    ],
    [
      'waits',
      found.unlogged > 0,
      `${found.unlogged} articles are not in stories yet.`,
      'They will be in a moment; look again.',
    ],
  ]
}

function notes({ digest, ...found }: Readiness): Rule[] {
  const { all, late, failing } = found.sources
  const { quiet } = digest
  const stories = found.stories ?? 0
  return [
    [
      'note',
      found.stories === 0 && found.isFarOff,
      'There is no story yet.',
      'Nothing has to be done: there are hours left.',
    ],
    [
      'note',
      quiet?.rule === 'short' && stories > 0 && stories < quiet.below,
      `A quiet day: ${stories} stories, and the issue says so.`,
      'Nothing has to be done.',
    ],
    ['note', late > 0, `${late} of ${all} sources are late.`, 'See which, and why.'],
    [
      'note',
      failing > 0 && failing >= MANY * all,
      `${failing} of ${all} sources fail.`,
      'The day may be told in part; see which, and why.',
    ],
    [
      'note',
      found.misplaced.length > 0,
      `Put at a place, but nothing new to tell: ${found.misplaced.join(', ')}.`,
      'Take them from their places.',
    ],
    [
      'note',
      found.sends && (digest.postal ?? found.postal) === '',
      'No postal address: most countries demand one.',
      'Set POSTAL_ADDRESS, or that of the digest.',
    ],
  ]
}
