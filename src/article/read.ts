import { DoseError } from '../errors.ts'
import type { ArticleDraft } from '../model.ts'
import { detectLanguage } from '../text/language.ts'
import { markupOf, titleFrom } from './document.ts'
import { draftItems } from './draft-item.ts'
import { decodeText } from './encoding.ts'
import { looksLikeFeed, readFeed } from './feed.ts'
import { type Hints, NO_HINTS } from './feed-model.ts'
import { type ArticleFile, fileUrl, readArticleFile } from './file.ts'
import { hasFrontMatter } from './frontmatter.ts'
import { readPage } from './page.ts'
import { domainOf } from './url.ts'

export type Document = {
  /** File path or URL: names the document in messages, and a file's articles. */
  readonly ref: string
  readonly bytes: Uint8Array
  readonly contentType: string | null
  /** Where it came from; relative references resolve against it. */
  readonly url: string | null
}

type Rejected = { readonly ref: string; readonly reason: string }

export type ReadResult = Hints & {
  readonly kind: 'feed' | 'frontmatter' | 'text' | 'page'
  /** Of the feed or the page. */
  readonly title: string | null
  readonly link: string | null
  readonly drafts: readonly ArticleDraft[]
  /** What was there and is no article, each with the reason. */
  readonly rejected: readonly Rejected[]
  readonly warnings: readonly string[]
}

/** How much of a document is looked at to tell what it is. Characters. */
const SNIFFED = 2_000

/** Longer titles are no titles, longer names no names. Characters. */
const TITLE_MAX = 500
const NAME_MAX = 200
/** An article with more subjects tells nothing by them. */
const TOPICS_MAX = 100

/**
 * Reads any document into articles; what it is, its content decides, then its name and type.
 *
 * @throws DoseError SOURCE_UNREADABLE or FRONT_MATTER_INVALID, naming `ref`.
 */
export function readDocument(document: Document): ReadResult {
  const result = readByContent(document)
  return { ...result, drafts: result.drafts.map((draft) => withLanguage(bounded(draft))) }
}

/** What stands in one line in lists, mails and headers stays a line, however long it came. */
function bounded(draft: ArticleDraft): ArticleDraft {
  const { title, author, provider, topics } = draft
  return {
    ...draft,
    title: cut(title, TITLE_MAX),
    author: author && cut(author, NAME_MAX),
    provider: provider && { ...provider, name: cut(provider.name, NAME_MAX) },
    topics: topics.slice(0, TOPICS_MAX).map((topic) => cut(topic, NAME_MAX)),
  }
}

const cut = (line: string, longest: number): string =>
  line.length <= longest ? line : `${line.slice(0, longest - 1).toWellFormed()}…`

/** What nobody declared, the words tell. */
function withLanguage(draft: ArticleDraft): ArticleDraft {
  const language = draft.language ?? detectLanguage(`${draft.title}\n${draft.text}`)
  return { ...draft, language: language?.toLowerCase().split('-')[0] ?? null }
}

function readByContent(document: Document): ReadResult {
  const text = decodeText(document.bytes, document.contentType)
  if (hasFrontMatter(text)) return readFileDocument(text, document)
  if (looksLikeFeed(text)) return readFeedDocument(text, document)
  if (isPage(text, document)) return readPageDocument(text, document)
  if (isText(text, document)) return readFileDocument(text, document)
  throw new DoseError('SOURCE_UNREADABLE', `${document.ref}: ${refusal(text)}`)
}

function isPage(text: string, { ref, contentType }: Document): boolean {
  if (/<(?:!doctype\s+html|html|head|body)[\s>]/i.test(text.slice(0, SNIFFED))) return true
  const isTyped = /\bhtml\b/i.test(contentType ?? '') || markupOf(ref) === 'html'
  return isTyped && text.includes('<')
}

/** Whatever is no markup of another kind, as long as it is letters and not the bytes of a picture. */
function isText(text: string, { ref, contentType }: Document): boolean {
  const head = text.slice(0, SNIFFED)
  if (head.trim() === '' || /[\u0000-\u0008\u000e-\u001a]/.test(head)) return false
  if (
    /\.(?:txt|text|md|markdown|mdown)$/i.test(ref) ||
    /^text\/(?:plain|markdown)/i.test(contentType ?? '')
  ) {
    return true
  }
  return contentType === null && !/^\s*[<{[]|^%PDF/.test(head)
}

function refusal(text: string): string {
  return text.trim() === '' ? 'empty' : 'no feed, article or page in it'
}

function readFileDocument(text: string, { ref }: Document): ReadResult {
  const file = readArticleFile(text, ref)
  const kind = hasFrontMatter(text) ? 'frontmatter' : 'text'
  const { title, data } = file
  const result = { kind, title, link: data.canonicalUrl, warnings: [], ...NO_HINTS } as const
  if (file.title === null && file.text === '') {
    return { ...result, drafts: [], rejected: [{ ref, reason: 'neither title nor text' }] }
  }
  return { ...result, drafts: [draftOf(file, ref)], rejected: [] }
}

function draftOf({ data, title, text, excerptOnly }: ArticleFile, ref: string): ArticleDraft {
  return {
    ref,
    url: data.canonicalUrl ?? fileUrl(ref),
    title: title ?? '',
    author: data.author,
    publishedAt: data.publishedAt,
    provider: data.provider,
    language: data.language,
    excerpt: data.excerpt ?? '',
    text,
    excerptOnly,
    images: data.images,
    topics: data.topics,
    given: { quality: data.quality, heat: data.heat, related: data.related },
    published: data.published !== false && data.deleted !== true,
    warnings: data.warnings,
  }
}

function readPageDocument(text: string, { ref, url }: Document): ReadResult {
  const page = readPage(text, url)
  const { title, canonicalUrl } = page
  const result = { kind: 'page', title, link: canonicalUrl, warnings: [], ...NO_HINTS } as const
  if (page.title === null && page.text === '') {
    return { ...result, drafts: [], rejected: [{ ref, reason: 'no article in the page' }] }
  }
  const link = page.canonicalUrl ?? fileUrl(ref)
  const domain = domainOf(page.canonicalUrl)
  const draft: ArticleDraft = {
    ref,
    url: link,
    title: page.title ?? titleFrom(page.text),
    author: page.author,
    publishedAt: page.publishedAt,
    provider: domain === null ? null : { name: page.siteName ?? domain, domain },
    language: page.language,
    excerpt: page.teaser ?? '',
    text: page.text || (page.teaser ?? ''),
    excerptOnly: page.text === '',
    images:
      page.image === null ? [] : [{ url: page.image, width: null, height: null, title: null }],
    topics: [],
    given: { quality: null, heat: null, related: [] },
    published: true,
    warnings: [],
  }
  return { ...result, drafts: [draft], rejected: [] }
}

function readFeedDocument(text: string, { ref, url }: Document): ReadResult {
  const feed = readFeed(text, url, ref)
  const { title, link, pacing, hubs, self, warnings } = feed
  return { kind: 'feed', title, link, pacing, hubs, self, warnings, ...draftItems(feed, url) }
}
