import { generateOpml, parseOpml } from 'feedsmith'
import { DoseError } from '../errors.ts'

/** A feed as a list of feeds names it. */
export type OutlinedFeed = {
  readonly url: string
  readonly name: string | null
  /** Names of the folders around it, the outermost first. */
  readonly folders: readonly string[]
  /** What the attribute `category` says (OPML 2.0): comma-separated, each a path of names. */
  readonly categories: readonly string[]
}

/** Folders within folders that are looked into; feed readers have two or three. */
const DEPTH_MAX = 10
const NAME_CHARS_MAX = 100
const HEAD = { title: 'Daily Dose sources' }

/** OPML 2.0 wants a body; the generator makes none without an outline. */
const NO_FEEDS = `<?xml version="1.0" encoding="utf-8"?>
<opml version="2.0">
  <head>
    <title>${HEAD.title}</title>
  </head>
  <body/>
</opml>
`

type Outline = {
  text?: string
  title?: string
  type?: string
  xmlUrl?: string
  category?: string
  outlines?: Outline[]
}

/**
 * Every feed of an OPML file, in its order, folders opened. Addresses come as they are written.
 *
 * @throws {DoseError} USAGE for what is no OPML.
 */
export function readOpml(content: string, file: string): OutlinedFeed[] {
  let outlines: Outline[]
  try {
    outlines = (parseOpml(content) as { body?: { outlines?: Outline[] } }).body?.outlines ?? []
  } catch (error) {
    throw new DoseError('USAGE', `${file}: not OPML (${String(error)}).`, { cause: error })
  }
  const feeds: OutlinedFeed[] = []
  const visit = (nodes: readonly Outline[], folders: readonly string[]): void => {
    for (const node of nodes) {
      const name = nameOf(node)
      if (node.xmlUrl !== undefined)
        feeds.push({
          url: node.xmlUrl.trim(),
          name,
          folders,
          categories: (node.category ?? '').split(/[,/]/).map(tidy).filter(Boolean),
        })
      if (node.outlines && folders.length < DEPTH_MAX)
        visit(node.outlines, name === null ? folders : [...folders, name])
    }
  }
  visit(outlines, [])
  return feeds
}

/** Feeds in their folders, with their topics as categories; other feed readers read it as well. */
export function writeOpml(feeds: readonly OutlinedFeed[]): string {
  const body: Outline[] = []
  for (const { url, name, folders, categories } of feeds) {
    const title = name ?? url
    const category = categories.length > 0 ? { category: categories.join(',') } : {}
    folderAt(body, folders).push({ type: 'rss', text: title, title, ...category, xmlUrl: url })
  }
  if (body.length === 0) return NO_FEEDS
  return generateOpml({ head: HEAD, body: { outlines: body } } as Parameters<
    typeof generateOpml
  >[0])
}

/** The outlines of a folder, made where it is not there yet. */
function folderAt(body: Outline[], folders: readonly string[]): Outline[] {
  let outlines = body
  for (const name of folders) {
    let folder = outlines.find((one) => one.xmlUrl === undefined && one.text === name)
    if (!folder) {
      folder = { text: name, title: name, outlines: [] }
      outlines.push(folder)
    }
    folder.outlines ??= []
    outlines = folder.outlines
  }
  return outlines
}

const nameOf = ({ title, text }: Outline): string | null =>
  tidy(title ?? '') || tidy(text ?? '') || null

const tidy = (name: string): string => name.replace(/\s+/g, ' ').trim().slice(0, NAME_CHARS_MAX)
