import { caniemail } from 'caniemail'
import known from 'caniemail/caniemail.json' with { type: 'json' }
import { checkClients } from '../../src/edition/check-clients.ts'

/** Gmail, Apple Mail, Outlook (all there are) and Yahoo. */
const FAMILIES = { gmail: 'Gmail', 'apple-mail': 'Apple Mail', outlook: 'Outlook', yahoo: 'Yahoo' }

const PLATFORMS: Readonly<Record<string, string>> = {
  'desktop-webmail': 'web',
  'mobile-webmail': 'mobile web',
  'outlook-com': 'Outlook.com',
  'windows-mail': 'Windows Mail',
  windows: 'Windows',
  macos: 'macOS',
  ios: 'iOS',
  android: 'Android',
}

type Stats = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, string>>>>>>

/** `src/edition/client-support.ts` as the installed data have it. */
export function supportFile(): string {
  const rows = known.data.flatMap(({ slug, title, category, stats }) => {
    const lacking = lackingOf(stats as unknown as Stats)
    const isSought = (category === 'css' || category === 'html') && !UNSEEN.has(slug)
    return isSought && lacking ? [`${slug}|${title.trim()}|${lacking}`] : []
  })
  return `// Made of the data of Can I email (https://www.caniemail.com) by \`npx vitest run test/edition/clients -u\`.
// ${LICENCE}

/** When the data were last changed. */
export const SUPPORT_DATE = '${known.last_update_date.slice(0, 10)}'

/** A feature a line: name on caniemail.com, title, and the clients whose latest version lacks it. */
export const UNSUPPORTED = \`
${rows.join('\n').replaceAll('`', '')}
\`
`
}

const LICENCE = `MIT License, Copyright (c) 2019 HTeuMeuLeu. Permission is hereby granted, free of charge, to any person
// obtaining a copy of this software and associated documentation files (the "Software"), to deal in the Software without
// restriction, including without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or
// sell copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to the following
// conditions: The above copyright notice and this permission notice shall be included in all copies or substantial
// portions of the Software. THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING
// BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT
// SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF
// CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
// SOFTWARE.`

/** What no look at a mail finds, or what is in none. */
const UNSEEN = new Set(['css-comments', 'css-nesting', 'html-comments', 'css-inert-attribute'])

function lackingOf(stats: Stats): string {
  return Object.entries(FAMILIES)
    .flatMap(([family, name]) => {
      const platforms = Object.entries(stats[family] ?? {}).flatMap(([platform, versions]) =>
        Object.values(versions).at(-1)?.startsWith('n') ? [PLATFORMS[platform] ?? platform] : [],
      )
      return platforms.length > 0 ? [`${name} (${platforms.join(', ')})`] : []
    })
    .join(', ')
}

/** What a mail uses that one of them does not support and that is missed, by our look and by the package's. */
export function unsupportedIn(html: string): string[] {
  const ours = checkClients(html)
  const harmless = new Set(ours.flatMap(({ feature, harmless }) => (harmless ? [feature] : [])))
  const missed = ours.filter((one) => one.harmless === null).map(({ feature }) => feature)
  return [...new Set([...missed, ...lackingBy(html).filter((title) => !harmless.has(title))])]
}

/** The same by the package, which looks in its own way. */
export function lackingBy(html: string): string[] {
  const { issues } = caniemail({
    clients: Object.keys(FAMILIES).map((one) => `${one}.*`) as never,
    html,
  })
  return [...issues.errors.values()].flatMap((list) => list.map(({ title }) => title))
}
