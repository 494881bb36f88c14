import { z } from 'zod'
import { canonicalUrl } from './url.ts'

/** What may be pushed at once. */
export const PUSH_MAX = 50

/** Longer ones are no articles. Characters. */
const TEXT_MAX = 400_000
const TITLE_MAX = 500
const NAME_MAX = 100
const TOPICS_MAX = 20
/** As many as JSON Feed has a place for. */
const IMAGES_MAX = 2

const line = (longest: number) =>
  z
    .string()
    .max(longest)
    .refine((text) => text.trim() !== '', 'must not be blank')

const url = z
  .string()
  .refine((text) => canonicalUrl(text) !== null, 'expected a URL, http or https')

/** One article as somebody pushes it: what is no feed can bring its news itself. */
export const PushedArticle = z
  .strictObject({
    source: line(NAME_MAX)
      .refine((name) => !name.includes('\0'), 'must not hold a NUL character')
      .describe('Name of who brings it; a source of kind `push`, made at first'),
    url: url.describe('Its page; one article per URL, however often it is pushed'),
    title: line(TITLE_MAX),
    text: line(TEXT_MAX).optional().describe('Plain, paragraphs with a blank line between'),
    html: line(TEXT_MAX).optional().describe('The same as HTML, in place of `text`'),
    author: line(NAME_MAX).optional(),
    publishedAt: z.iso
      .datetime({ offset: true, error: 'expected an instant like 2026-11-20T06:00:00Z' })
      .optional()
      .describe('The time it is pushed by default'),
    language: z
      .string()
      .regex(
        /^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8}){0,3}$/,
        'expected a language tag like en or de-CH',
      )
      .optional(),
    images: z.array(url).max(IMAGES_MAX).optional(),
    topics: z.array(line(NAME_MAX)).max(TOPICS_MAX).optional(),
  })
  .refine(({ text, html }) => (text === undefined) !== (html === undefined), {
    path: ['text'],
    error: 'expected either text or html',
  })

export type PushedArticle = z.infer<typeof PushedArticle>

/** What a push brings: one article or a list of them. */
export const PushedArticles = z.union([PushedArticle, z.array(PushedArticle).min(1).max(PUSH_MAX)])

/**
 * A pushed article as the document it is read from: a JSON Feed (jsonfeed.org) of one item, so that
 * it goes the way of everything that is fetched. The same article gives the same bytes.
 */
export function pushedDocument(article: PushedArticle): {
  readonly url: string
  readonly json: string
} {
  const { source, title, text, html, author, publishedAt, language, images = [], topics } = article
  const address = canonicalUrl(article.url) ?? article.url
  const item = {
    id: address,
    url: address,
    title,
    content_text: text,
    content_html: html,
    authors: author === undefined ? undefined : [{ name: author }],
    date_published: publishedAt,
    language,
    image: images[0],
    banner_image: images[1],
    tags: topics,
  }
  const feed = { version: 'https://jsonfeed.org/version/1.1', title: source, items: [item] }
  return { url: address, json: JSON.stringify(feed) }
}
