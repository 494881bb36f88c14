/** What a page asks of those who show it. */
export type Hint = 'noindex' | 'noarchive' | 'nosnippet' | 'noimageindex' | 'tdm-reservation'

/** Meta names whose content tells robots what they may do; ours is no search engine's. */
const ROBOTS = ['robots', 'googlebot', 'dailydose']
/** Characters of a header or meta that are looked at. */
const LOOKED_AT = 2_000

/** Directives of robots metas and of `X-Robots-Tag`, as search engines document them. */
const DIRECTIVES: readonly (readonly [Hint, RegExp])[] = [
  ['noindex', /\bnoindex\b|(?<!preview ?: ?)\bnone\b/i],
  ['noarchive', /\b(?:noarchive|nocache)\b/i],
  ['nosnippet', /\bnosnippet\b|\bmax-snippet ?: ?0\b/i],
  ['noimageindex', /\bnoimageindex\b|\bmax-image-preview ?: ?none\b/i],
]

/**
 * The hints in what a page says of itself and in the headers it came with.
 *
 * @param metas names in small letters.
 * @param tdm   `tdm-reservation: 1` (TDM Reservation Protocol, W3C Community Group, 2024).
 */
export function readHints(
  metas: ReadonlyMap<string, string>,
  headers: { readonly robots: string; readonly tdm: string } = { robots: '', tdm: '' },
): Hint[] {
  const said = [headers.robots, ...ROBOTS.map((name) => metas.get(name) ?? '')]
    .map((text) => text.slice(0, LOOKED_AT))
    .join('\n')
  const hints = DIRECTIVES.flatMap(([hint, pattern]) => (pattern.test(said) ? [hint] : []))
  const isReserved = [headers.tdm, metas.get('tdm-reservation')].some((one) => one?.trim() === '1')
  return isReserved ? [...hints, 'tdm-reservation'] : hints
}
