import { cleanBody, markupOf, readPlainFile } from './document.ts'
import { hasFrontMatter, readFrontMatter } from './frontmatter.ts'
import { type FrontMatter, readFields } from './frontmatter-fields.ts'
import { canonicalUrl } from './url.ts'

/** A file of one article, with or without front matter. */
export type ArticleFile = {
  readonly data: FrontMatter
  /** From the front matter, or else the first line or heading. */
  readonly title: string | null
  /** Clean paragraphs; the excerpt where there is no body. */
  readonly text: string
  /** The text is the publisher's excerpt, which may end in the middle of a sentence. */
  readonly excerptOnly: boolean
}

/**
 * Reads a `.md`, `.html` or `.txt` file.
 *
 * @param name the file; its ending tells how the body is written.
 * @throws DoseError FRONT_MATTER_INVALID with file and line.
 */
export function readArticleFile(text: string, name: string): ArticleFile {
  const markup = markupOf(name)
  if (!hasFrontMatter(text)) {
    return { data: readFields({}), ...readPlainFile(text, markup), excerptOnly: false }
  }
  const { data, body } = readFrontMatter(text, name)
  const plain = data.title === null ? readPlainFile(body, markup) : null
  const article = plain?.text ?? cleanBody(body, markup)
  return {
    data,
    title: data.title ?? plain?.title ?? null,
    text: article || (data.excerpt ?? ''),
    excerptOnly: article === '' && data.excerpt !== null,
  }
}

/** A file that names no URL is known by its own, or by its name: `file:notes.txt`. */
export function fileUrl(ref: string): string {
  return canonicalUrl(ref) ?? `file:${encodeURI((ref.split(/[\\/]/).at(-1) ?? ref).toWellFormed())}`
}
