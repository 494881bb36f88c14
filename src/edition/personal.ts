import type { Lean, Rendered } from '../model.ts'
import { escapeHtml } from './escape.ts'
import { quotedPrintableBytes } from './quoted-printable.ts'

/** What differs from reader to reader of one issue. */
export type PersonalValues = {
  readonly address: string
  /** Why this reader gets the mail: one sentence. */
  readonly reason: string
  readonly viewUrl: string
  readonly preferencesUrl: string
  readonly unsubscribeUrl: string
  /** Where this reader asks for more, or less, of what is like a story. */
  leanUrl(storyId: string, lean: Lean): string
}

const frame = (name: string): string => `\uE000${name}\uE001`

/**
 * Stand-ins for the personal values in a mail that is rendered once for many readers. They are
 * framed by two private-use characters, which `clean` takes out of all content.
 */
export const PERSONAL: Readonly<Record<Exclude<keyof PersonalValues, 'leanUrl'>, string>> = {
  address: frame('address'),
  reason: frame('reason'),
  viewUrl: frame('viewUrl'),
  preferencesUrl: frame('preferencesUrl'),
  unsubscribeUrl: frame('unsubscribeUrl'),
}

export const leanStandIn = (storyId: string, lean: Lean): string => frame(`${lean}:${storyId}`)

const STAND_IN = /\uE000([A-Za-z]+)(?::([^\uE001]*))?\uE001/g

/** What a stand-in grows by: it becomes an address of ours with a token of 120 characters. */
const GROWTH_BYTES = 120

/** Bytes of one part of a mail as it is sent, at most about, once a reader's values are in. */
export const sentBytes = (part: string): number =>
  quotedPrintableBytes(part) + GROWTH_BYTES * (part.match(STAND_IN)?.length ?? 0)

/** Puts one reader's values in: escaped in the HTML part, as they are in the text part. */
export function fillPersonal(rendered: Rendered, values: PersonalValues): Rendered {
  const { leanUrl, ...texts } = values
  const known = new Map(Object.entries(texts).map(([name, text]) => [frame(name), text]))
  const textFor = (standIn: string, name: string, storyId = ''): string => {
    const text = known.get(standIn) ?? (isLean(name) ? leanUrl(storyId, name) : '')
    known.set(standIn, text) // both parts have the same links, and signing is slow
    return text
  }
  const fill = (part: string, shown: (text: string) => string) =>
    part.replace(STAND_IN, (standIn, name: string, storyId?: string) =>
      shown(textFor(standIn, name, storyId)),
    )
  return {
    subject: rendered.subject,
    html: fill(rendered.html, escapeHtml),
    text: fill(rendered.text, (text) => text),
  }
}

const isLean = (name: string): name is Lean => name === 'more' || name === 'less'
