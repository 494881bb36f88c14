import { splitWords } from '../text/words.ts'

/** What a publisher lets be quoted: words at most, of all articles with the same `of` together. */
export type Quota = { readonly of: string; readonly words: number }

type Quoted = { readonly text: string; readonly doc: number }

/** May a sentence join those chosen? Documents without a quota may be quoted as long as one likes. */
export function mayQuote(
  next: Quoted,
  chosen: readonly Quoted[],
  docs: readonly { readonly quota?: Quota | undefined }[],
): boolean {
  const quota = docs[next.doc]?.quota
  if (!quota) return true
  const before = chosen.filter(({ doc }) => docs[doc]?.quota?.of === quota.of)
  const words = [...before, next].reduce((sum, { text }) => sum + splitWords(text).length, 0)
  return words <= quota.words
}
