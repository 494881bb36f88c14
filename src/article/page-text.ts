import { Readability } from '@mozilla/readability'
import { dropBoilerplate } from './boilerplate.ts'
import { repairMojibake } from './mojibake.ts'
import type { Dom, DomElement } from './page-dom.ts'
import { htmlToPlain } from './plain.ts'

/** Words of class names and ids that sites give to what stands between an article's paragraphs. */
const NOISE =
  /(?:^|[\s_-])(?:fig)?(?:captions?|credits?|newsletters?|related|recirc|recommended|promos?|sharing|share(?:bar|tools)?|social|sign-?up|subscribe|byline|dateline|timestamp|tooltip|rollover|most-?read|trending|read-?more|author-?bio)(?:$|[\s_-])/i

/** More than this (characters) under such a name is the article itself, badly named. */
const LONGEST_NOISE = 800

/** A block with at least this share of its text in links points elsewhere. */
const LINK_SHARE = 0.8
const LONGEST_LINK_BLOCK = 200

/** Where the box about the author stands when it has lost its frame. */
const LAST_PARAGRAPHS = 3
const ABOUT_AUTHOR =
  /\b(?:is|was) (?:an?|the|our)\b.{0,80}\b(?:writer|author|reporter|journalist|editor|correspondent|columnist|contributor|producer|critic)\b|\b(?:covers|writes (?:about|for|on))\b/i

/** Labels, dates and names around the text have no more words than this and end in no full stop. */
const LABEL_WORDS = 14
/** Trimming more than this share of the text would be trimming the text. */
const TRIM_SHARE = 0.25

const SENTENCE_END = /[.!?…:;。！？]["'”’»)\]]*$/

/** What is known of the article whose text is looked for. */
type Known = { readonly title: string | null; readonly author: string | null }

/** The article's paragraphs. Takes the document apart: everything else is read before. */
export function readMainText(document: Dom, { title, author }: Known): string {
  dropNoise(document)
  const reader = new Readability(document, { disableJSONLD: true, serializer: (node) => node })
  const content = reader.parse()?.content as DomElement | null | undefined
  if (!content) return ''
  dropLinkBlocks(content)
  const plain = repairMojibake(htmlToPlain(content.innerHTML))
  const paragraphs = dropBoilerplate(plain.split('\n\n')).filter((p) => p !== title)
  return dropAuthor(dropHeadLabels(dropRepeats(paragraphs)), author).join('\n\n')
}

function dropNoise(document: Dom): void {
  for (const title of document.querySelectorAll('body title')) title.remove()
  for (const element of document.querySelectorAll('figcaption, [class], [id]')) {
    const name = `${element.getAttribute('class') ?? ''} ${element.getAttribute('id') ?? ''}`
    const isNoise = element.localName === 'figcaption' || NOISE.test(name)
    if (isNoise && (element.textContent?.length ?? 0) <= LONGEST_NOISE) element.remove()
  }
}

/** `Read more` in all its forms: a paragraph or list item that is one link or several. */
function dropLinkBlocks(content: DomElement): void {
  for (const block of content.querySelectorAll('p, li, h2, h3, h4, h5')) {
    const length = block.textContent?.trim().length ?? 0
    if (length === 0 || length > LONGEST_LINK_BLOCK) continue
    const links = [...block.querySelectorAll('a')]
    const linked = links.reduce((sum, link) => sum + (link.textContent?.trim().length ?? 0), 0)
    if (linked / length >= LINK_SHARE) block.remove()
  }
}

function dropRepeats(paragraphs: readonly string[]): string[] {
  return [...new Set(paragraphs)]
}

/** Who the writer is, told in the last paragraphs under the writer's name. */
function dropAuthor(paragraphs: readonly string[], author: string | null): readonly string[] {
  const isOfAuthor = (paragraph: string) =>
    author !== null && paragraph.startsWith(author) && ABOUT_AUTHOR.test(paragraph)
  const from = Math.max(1, paragraphs.length - LAST_PARAGRAPHS)
  return paragraphs.filter((paragraph, i) => i < from || !isOfAuthor(paragraph))
}

/** Section names, bylines and dates above the first sentence. */
function dropHeadLabels(paragraphs: readonly string[]): readonly string[] {
  const kept = paragraphs.slice(
    Math.max(
      0,
      paragraphs.findIndex((p) => !isLabel(p)),
    ),
  )
  const length = (list: readonly string[]) => list.reduce((sum, p) => sum + p.length, 0)
  return length(kept) >= length(paragraphs) * (1 - TRIM_SHARE) ? kept : paragraphs
}

function isLabel(paragraph: string): boolean {
  return paragraph.split(' ').length <= LABEL_WORDS && !SENTENCE_END.test(paragraph)
}
