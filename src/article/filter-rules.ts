import type { ArticleDraft, FilterRule } from '../model.ts'
import { compilePattern } from '../text/pattern.ts'

/** What a rule looks at. */
type Field = 'title' | 'url' | 'author' | 'category' | 'text'

/** What rules look at of an article: what drafts and stored articles have alike. */
export type Filterable = Pick<
  ArticleDraft,
  'title' | 'url' | 'author' | 'topics' | 'excerpt' | 'text'
>

type Judge = (values: readonly string[]) => boolean
type Compiled = { readonly field: Field; readonly matches: Judge }

const FIELDS: Readonly<Record<Field, (article: Filterable) => readonly string[]>> = {
  title: ({ title }) => [title],
  url: ({ url }) => [url],
  author: ({ author }) => (author === null ? [] : [author]),
  category: ({ topics }) => topics.slice(0, CATEGORIES),
  text: ({ excerpt, text }) => [excerpt, text],
}

/** Categories of an article that are looked at, and characters of each value. */
const CATEGORIES = 100
const LOOKED_AT = 20_000

const RULE = /^\s*(title|url|author|category|text)\s*:\s*([\s\S]+?)\s*$/i
/** Scripts that write no spaces: each character stands for itself. */
const WORD =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]|(?:(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}])[\p{L}\p{N}])+/gu

/** Rules made ready once; a thread sees the same ones again and again. */
const ready = new Map<string, Compiled>()
const READY_MAX = 2_000

/**
 * What is wrong with a rule; `null` when it will do. A rule is `FIELD: words` or `FIELD: /pattern/`.
 * Words are found as whole words in their order, whatever case and accents; `*` at the end stands
 * for any ending. A pattern is found anywhere, whatever case and accents too.
 */
export function faultOfRule(rule: string): string | null {
  try {
    compileRule(rule)
    return null
  } catch (error) {
    if (error instanceof SyntaxError) return `${rule}: ${error.message}`
    throw error
  }
}

/**
 * Why an article is kept out: the block rule that it meets, or the keep rules of which it meets none.
 * `null` when it may come in. Block rules go first; the keep rules of everything and those of the
 * source each want to be met.
 */
export function filterReason(article: Filterable, rules: readonly FilterRule[]): string | null {
  const meets = ({ rule }: FilterRule) => {
    const { field, matches } = readied(rule)
    return matches(FIELDS[field](article))
  }
  const blocked = rules.find((rule) => rule.action === 'block' && meets(rule))
  if (blocked) return `blocked by \`${blocked.rule}\` of ${blocked.of}`
  const keeps = Map.groupBy(
    rules.filter(({ action }) => action === 'keep'),
    ({ of }) => of,
  )
  for (const [of, group] of keeps)
    if (!group.some(meets)) return `meets no rule of ${of} to keep it: ${named(group)}`
  return null
}

const named = (rules: readonly FilterRule[]): string => {
  const shown = rules.slice(0, 3).map(({ rule }) => `\`${rule}\``)
  return [...shown, ...(rules.length > 3 ? [`${rules.length - 3} more`] : [])].join(', ')
}

function readied(rule: string): Compiled {
  const known = ready.get(rule)
  if (known) return known
  const compiled = compileRule(rule)
  if (ready.size >= READY_MAX) ready.clear()
  ready.set(rule, compiled)
  return compiled
}

/** @throws {SyntaxError} */
function compileRule(rule: string): Compiled {
  const [, field = '', said = ''] = RULE.exec(rule.slice(0, 400)) ?? []
  if (field === '')
    throw new SyntaxError('expected `title:`, `url:`, `author:`, `category:` or `text:` and words')
  const pattern = /^\/([\s\S]+)\/$/.exec(said)?.[1]
  return {
    field: field.toLowerCase() as Field,
    matches: pattern === undefined ? wordsJudge(said) : patternJudge(pattern),
  }
}

function patternJudge(source: string): Judge {
  // Escapes are kept as written: `\S` is not `\s`.
  const folded = source.replace(/\\[\s\S]|[^\\]+/g, (part) =>
    part.startsWith('\\') ? part : fold(part),
  )
  const matches = compilePattern(folded)
  return (values) => values.some((value) => matches(fold(value.slice(0, LOOKED_AT))))
}

function wordsJudge(said: string): Judge {
  const isOpen = said.endsWith('*')
  const words = wordsOf(isOpen ? said.slice(0, -1) : said)
  if (words.trim() === '') throw new SyntaxError('no word in it')
  if (said.slice(0, -1).includes('*')) throw new SyntaxError('* may only stand at the end')
  const needle = isOpen ? words.trimEnd() : words
  return (values) => values.some((value) => wordsOf(value.slice(0, LOOKED_AT)).includes(needle))
}

/** The words of a text, each with a space on either side. */
const wordsOf = (text: string): string => ` ${(fold(text).match(WORD) ?? []).join(' ')} `

/** Small letters without accents. */
const fold = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
