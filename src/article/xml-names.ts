/** The prefix by which a namespace is known here, whatever a feed calls it. Lower case. */
const NAMESPACES: ReadonlyMap<string, string> = new Map([
  ['http://purl.org/rss/1.0/', ''],
  ['http://my.netscape.com/rdf/simple/0.9/', ''],
  ['http://channel.netscape.com/rdf/simple/0.9/', ''],
  ['http://backend.userland.com/rss2', ''],
  ['http://www.w3.org/2005/atom', 'atom'],
  ['http://purl.org/atom/ns#', 'atom'],
  ['http://www.w3.org/1999/xhtml', 'xhtml'],
  ['http://www.w3.org/1999/02/22-rdf-syntax-ns#', 'rdf'],
  ['http://purl.org/dc/elements/1.1/', 'dc'],
  ['http://purl.org/dc/elements/1.0/', 'dc'],
  ['http://purl.org/dc/terms/', 'dcterms'],
  ['http://purl.org/rss/1.0/modules/content/', 'content'],
  ['http://purl.org/rss/1.0/modules/syndication/', 'sy'],
  ['http://search.yahoo.com/mrss/', 'media'],
  ['http://search.yahoo.com/mrss', 'media'],
  ['http://rssnamespace.org/feedburner/ext/1.0', 'feedburner'],
  ['http://www.itunes.com/dtds/podcast-1.0.dtd', 'itunes'],
  ['http://www.w3.org/xml/1998/namespace', 'xml'],
])

/** Prefixes declared at one place; feeds have a dozen. */
const MAX_PREFIXES = 100

/** Prefixes in force at an element, each with the prefix we know its namespace by. */
export type Scope = ReadonlyMap<string, string>
/** The prefixes in force: those of the parent and those declared here. */
export function declare(scope: Scope, attributes: ReadonlyMap<string, string>): Scope {
  let own: Map<string, string> | null = null
  for (const [name, value] of attributes) {
    if (name !== 'xmlns' && !name.startsWith('xmlns:')) continue
    own ??= new Map(scope)
    if (own.size >= MAX_PREFIXES) break
    const prefix = name.slice('xmlns:'.length)
    own.set(
      prefix,
      NAMESPACES.get(
        value
          .trim()
          .toLowerCase()
          .replace(/^https:/, 'http:'),
      ) ?? prefix,
    )
  }
  return own ?? scope
}

/** A name as written, in lower case and with the prefix we know its namespace by. */
export function knownName(raw: string, scope: Scope): string {
  const lower = raw.toLowerCase()
  const colon = lower.indexOf(':')
  const prefix = colon < 0 ? '' : lower.slice(0, colon)
  const local = lower.slice(colon + 1)
  const known = scope.get(prefix) ?? prefix
  return known === '' ? local : `${known}:${local}`
}
