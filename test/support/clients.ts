import { caniemail } from 'caniemail'

/** Gmail, Apple Mail, Outlook (all there are) and Yahoo. */
const CLIENTS = ['gmail.*', 'apple-mail.*', 'outlook.*', 'yahoo.*'] as const

/** What the big clients do not support and the mail uses all the same, and why that does no harm. */
const ALLOWED: Readonly<Record<string, string>> = {
  '@media': 'dark colours and phone sizes; without them the light, fluid sheet is shown',
  '<style> element': 'holds the @media rules only; all else is inlined',
  'color-scheme meta tag': 'a hint; clients that ignore it choose colours themselves',
  'display:none property': 'the preview line then stands in 2 px type',
  'display:none': 'the preview line then stands in 2 px type',
  'white-space': 'keeps marks and date together; without it they may wrap',
  'word-break': 'breaks the long link of a letter; without it a phone shows a wider sheet',
  'role attribute': 'for screen readers; others lay out the table as before',
  '<body> element': 'replaced by a div; the ground colour is on the outer table as well',
}

/** What a mail uses that one of them does not support, beyond that list. */
export function unsupportedIn(html: string): string[] {
  const { issues } = caniemail({ clients: [...CLIENTS], html })
  const titles = [...issues.errors.values()].flatMap((list) => list.map(({ title }) => title))
  return [...new Set(titles)].filter((title) => !(title in ALLOWED))
}
