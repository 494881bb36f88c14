/** Longer sentences are named by their first and last words only: links stay short. */
const EXACT_LIMIT_CHARACTERS = 60

/** Words of the start and of the end that stand for a long sentence. */
const EDGE_WORDS = 4

const words = new Intl.Segmenter('en', { granularity: 'word' })

/**
 * The address of one sentence in a page: `URL#:~:text=start,end`.
 *
 * Text fragments as in the WICG's "URL Fragment Text Directives" (section 3.3): `&`, `-` and `,`
 * are syntax and therefore percent-encoded; a fragment already there is kept before the directive.
 * A browser that does not know the directive, or does not find the text, opens the page.
 */
export function linkToSentence(url: string, sentence: string): string {
  const [page = ''] = url.split(':~:', 1)
  return `${page}${page.includes('#') ? '' : '#'}:~:text=${directive(sentence.trim())}`
}

function directive(sentence: string): string {
  const edges = sentence.length > EXACT_LIMIT_CHARACTERS ? edgesOf(sentence) : null
  return edges === null ? encode(sentence) : edges.map(encode).join(',')
}

/** Start and end of a sentence, or `null` when they would meet. */
function edgesOf(sentence: string): readonly [string, string] | null {
  const found = [...words.segment(sentence)].filter((part) => part.isWordLike)
  if (found.length <= 2 * EDGE_WORDS) return null
  const last = found[EDGE_WORDS - 1]
  const first = found.at(-EDGE_WORDS)
  if (last === undefined || first === undefined) return null
  return [sentence.slice(0, last.index + last.segment.length), sentence.slice(first.index)]
}

/** Percent-encodes all but letters, digits, `.`, `_` and `~`; half a surrogate pair becomes U+FFFD. */
function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(
    /[-!'()*]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}
