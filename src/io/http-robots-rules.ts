/**
 * Rules of a robots.txt for one crawler, RFC 9309. A parser of our own: what is on npm tries a
 * pattern with `*` at every place of the path, which a hostile file turns into seconds.
 */
export type RobotsRules = {
  /** @param path path and query of a URL, percent-encoded as URLs are. */
  allows(path: string): boolean
  /** Seconds between two requests; no part of the RFC, but many files have it. */
  readonly crawlDelaySeconds: number | null
}

type Rule = { readonly allow: boolean; readonly pattern: string }
type Group = { readonly agents: string[]; readonly rules: Rule[]; delay: number | null }

/** Lines read. Stops: half a megabyte of rules of one character each. */
const MOST_LINES = 20_000
/** Rules with `*` that count. Stops: a search through the path for each of twenty thousand. */
const MOST_WILD = 1_000
/** Characters of a pattern and of a path that are compared: longer ones are no page. */
const COMPARED = 2_000

export const ALLOW_ALL: RobotsRules = { allows: () => true, crawlDelaySeconds: null }

/**
 * The rules of the groups that name `product`, joined; of the groups for `*` where none does.
 *
 * @param product name of the crawler without version, in lower case.
 */
export function parseRobots(text: string, product: string): RobotsRules {
  const groups = parseGroups(text)
  const own = groups.filter(({ agents }) => agents.includes(product))
  const chosen = own.length > 0 ? own : groups.filter(({ agents }) => agents.includes('*'))
  const all = chosen.flatMap((group) => group.rules)
  const wild = all.filter(({ pattern }) => pattern.includes('*')).slice(0, MOST_WILD)
  const rules = [...all.filter(({ pattern }) => !pattern.includes('*')), ...wild]
  return {
    allows: (path) => path === '/robots.txt' || (strongest(rules, path)?.allow ?? true),
    crawlDelaySeconds: chosen.find(({ delay }) => delay !== null)?.delay ?? null,
  }
}

function parseGroups(text: string): Group[] {
  const groups: Group[] = []
  let inAgents = false
  for (const line of text.replace(/^\ufeff/, '').split(/\r\n|\r|\n/, MOST_LINES)) {
    const [name, value] = fieldOf(line)
    const group = groups.at(-1)
    if (name === 'user-agent') {
      if (inAgents && group) group.agents.push(productOf(value))
      else groups.push({ agents: [productOf(value)], rules: [], delay: null })
      inAgents = true
    } else if (name === 'allow' || name === 'disallow') {
      inAgents = false
      if (value !== '' && value.length <= COMPARED)
        group?.rules.push({ allow: name === 'allow', pattern: normalise(value) })
    } else if (name === 'crawl-delay') {
      inAgents = false
      if (group && /^\d{1,6}(\.\d{1,6})?$/.test(value)) group.delay = Number(value)
    } // sitemaps and the rest belong to no group
  }
  return groups
}

function fieldOf(line: string): [name: string, value: string] {
  const [rule = ''] = line.split('#', 1)
  const colon = rule.indexOf(':')
  if (colon < 0) return ['', '']
  return [rule.slice(0, colon).trim().toLowerCase(), rule.slice(colon + 1).trim()]
}

/** `Name/1.0 (…)` is meant for `name`. */
const productOf = (agent: string): string => /^[^/\s]*/.exec(agent.toLowerCase())?.[0] ?? ''

/** Octets outside ASCII are compared percent-encoded, hexadecimal in upper case, RFC 9309 §2.2.2. */
function normalise(pattern: string): string {
  const encoded = pattern.replace(/[^\u0000-\u007f]+/g, (text) =>
    encodeURIComponent(text.toWellFormed()),
  )
  return encoded.replace(/%[0-9a-f]{2}/gi, (octet) => octet.toUpperCase())
}

/** The longest pattern that matches; of two as long, the one that allows. */
function strongest(rules: readonly Rule[], path: string): Rule | null {
  const wanted = normalise(path.slice(0, COMPARED))
  let best: Rule | null = null
  for (const rule of rules) {
    const { length } = rule.pattern
    if (best && length < best.pattern.length) continue
    if (best && length === best.pattern.length && (best.allow || !rule.allow)) continue
    if (matches(rule.pattern, wanted)) best = rule
  }
  return best
}

/** `*` stands for anything, a `$` at the end for the end. Each piece is looked for once, leftmost. */
function matches(pattern: string, path: string): boolean {
  const anchored = pattern.endsWith('$')
  const pieces = (anchored ? pattern.slice(0, -1) : pattern).split('*')
  const [first = '', ...rest] = pieces
  if (!path.startsWith(first)) return false
  const last = anchored ? rest.pop() : undefined
  let at = first.length
  for (const piece of rest) {
    const found = path.indexOf(piece, at)
    if (found < 0) return false
    at = found + piece.length
  }
  if (!anchored) return true
  if (last === undefined) return path.length === at
  return path.length - last.length >= at && path.endsWith(last)
}
