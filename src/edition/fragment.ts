/** Longer sentences are named by their first and last words only: links stay short. */
const EXACT_LIMIT_CHARACTERS = 60

/** Words of the start and of the end that stand for a long sentence. */
const EDGE_WORDS = 4
/** Words before a sentence that tell it from an earlier one with the same beginning. */
const PREFIX_WORDS = 3
/** Code units before a sentence in which those words are looked for. */
const PREFIX_REACH = 120

const words = new Intl.Segmenter('en', { granularity: 'word' })

/**
 * The address of one sentence in a page: `URL#:~:text=start,end`. A browser goes to the first place that
 * fits; where an earlier one begins alike, the words before are named too: `prefix-,start,end`.
 *
 * Text fragments as in the WICG's "URL Fragment Text Directives" (section 3.3): `&`, `-` and `,`
 * are syntax and therefore percent-encoded; a fragment already there is kept before the directive.
 * A browser that does not know the directive, or does not find the text, opens the page.
 *
 * @param within the text it is taken from, and where it begins there.
 */
export function linkToSentence(url: string, sentence: string, within?: Place): string {
  const [page = ''] = url.split(':~:', 1)
  return `${page}${page.includes('#') ? '' : '#'}:~:text=${directive(sentence.trim(), within)}`
}

type Place = { readonly text: string; readonly start: number }

function directive(sentence: string, within?: Place): string {
  const edges = sentence.length > EXACT_LIMIT_CHARACTERS ? edgesOf(sentence) : null
  const pieces = edges ?? [sentence]
  const prefix = within ? prefixFor(pieces[0] ?? '', within) : ''
  return [...(prefix === '' ? [] : [`${encode(prefix)}-`]), ...pieces.map(encode)].join(',')
}

/** The last words of the line before, where what the browser looks for stands earlier as well. */
function prefixFor(sought: string, { text, start }: Place): string {
  const first = text.indexOf(sought)
  if (first < 0 || first >= start) return ''
  const before = text.slice(Math.max(0, start - PREFIX_REACH), start)
  const line = before.slice(before.lastIndexOf('\n') + 1).trim()
  const found = [...words.segment(line)].filter((part) => part.isWordLike)
  // The first may be half a word.
  const from = found.length > PREFIX_WORDS ? found.at(-PREFIX_WORDS) : undefined
  return from === undefined ? '' : line.slice(from.index)
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
