import type { Dom } from './page-dom.ts'

/** An object of JSON whose fields nobody has looked at. */
export type Fields = { readonly [key: string]: unknown }

/** schema.org types that are articles; checked as endings (`NewsArticle`, `BlogPosting`). */
const ARTICLE_TYPE = /(?:Article|BlogPosting|Report|LiveBlogPosting|Review)$/

/** One JSON-LD block, in characters, and how deep its graph is followed. */
const MAX_JSON_LD = 500_000
const MAX_GRAPH_DEPTH = 6
const MAX_NODES = 500

/** What a page's JSON-LD blocks say of its article and of the people they name by an id. */
type JsonLd = {
  /** The first article; `{}` where there is none. */
  readonly article: Fields
  readonly people: ReadonlyMap<string, Fields>
}

export function readJsonLd(document: Dom): JsonLd {
  const nodes: Fields[] = []
  for (const script of document.querySelectorAll('script[type="application/ld+json"]')) {
    collect(parseJson(script.textContent ?? ''), nodes, 0)
  }
  const articles = nodes.filter((node) => typesOf(node).some((type) => ARTICLE_TYPE.test(type)))
  const people = nodes.flatMap((node) => {
    const id = asString(node['@id'])
    return id !== null && node.name !== undefined ? [[id, node] as const] : []
  })
  return { article: articles[0] ?? {}, people: new Map(people) }
}

function parseJson(text: string): unknown {
  if (text.length > MAX_JSON_LD) return null
  try {
    return JSON.parse(
      text
        .replace(/^\s*(?:<!--|\/\*.*?\*\/|<!\[CDATA\[)|(?:-->|\]\]>)\s*$/g, '')
        .replace(/[\u0000-\u001f]+/g, ' '),
    )
  } catch {
    return null
  }
}

function collect(value: unknown, nodes: Fields[], depth: number): void {
  if (depth > MAX_GRAPH_DEPTH || nodes.length >= MAX_NODES) return
  if (Array.isArray(value)) for (const entry of value) collect(entry, nodes, depth + 1)
  else if (isFields(value)) {
    nodes.push(value)
    for (const key of ['@graph', 'mainEntity', 'mainEntityOfPage', 'itemListElement', 'item'])
      collect(value[key], nodes, depth + 1)
  }
}

function typesOf(node: Fields): string[] {
  return [node['@type']].flat().filter((type) => typeof type === 'string')
}

export function asString(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value : null
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
