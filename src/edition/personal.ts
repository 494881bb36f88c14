import type { Rendered } from '../model.ts'
import { escapeHtml } from './escape.ts'

/** What differs from reader to reader of one issue. */
export type PersonalValues = {
  readonly address: string
  /** Why this reader gets the mail: one sentence. */
  readonly reason: string
  readonly viewUrl: string
  readonly preferencesUrl: string
  readonly unsubscribeUrl: string
}

/**
 * Stand-ins for the personal values in a mail that is rendered once for many readers. They are
 * framed by two private-use characters, which `clean` takes out of all content.
 */
export const PERSONAL: Readonly<Record<keyof PersonalValues, string>> = {
  address: '\uE000address\uE001',
  reason: '\uE000reason\uE001',
  viewUrl: '\uE000viewUrl\uE001',
  preferencesUrl: '\uE000preferencesUrl\uE001',
  unsubscribeUrl: '\uE000unsubscribeUrl\uE001',
}

const STAND_IN = /\uE000([A-Za-z]+)\uE001/g

/** Puts one reader's values in: escaped in the HTML part, as they are in the text part. */
export function fillPersonal(rendered: Rendered, values: PersonalValues): Rendered {
  const texts = new Map(Object.entries(values))
  const value = (name: string) => texts.get(name) ?? ''
  return {
    subject: rendered.subject,
    html: rendered.html.replace(STAND_IN, (_, name: string) => escapeHtml(value(name))),
    text: rendered.text.replace(STAND_IN, (_, name: string) => value(name)),
  }
}
