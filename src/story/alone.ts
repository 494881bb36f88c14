import type { Article, Member, SummarySentence } from '../model.ts'
import { contentTerms } from '../text/words.ts'

/** Providers with words of their own from which on it says something that only one tells a thing. */
const FEWEST_PROVIDERS = 3
/** Share of a sentence's terms in another's text from which on that one may tell it too. */
const MAYBE_TOLD = 0.5
/** Code units of a text that are read for it. */
const MOST_READ = 20_000

/**
 * Marks the sentences that of several sources only one tells: no other supports them, and in no
 * other's text are even half of their terms.
 */
export function markAlone(
  sentences: readonly SummarySentence[],
  members: readonly Member[],
): SummarySentence[] {
  const own = members.filter(({ role }) => role !== 'copy').map(({ article }) => article)
  const providers = new Set(own.map(({ provider }) => provider.domain))
  if (providers.size < FEWEST_PROVIDERS) return [...sentences]
  const texts = own.map((article) => [article, termsOf(article)] as const)
  return sentences.map((sentence) => {
    const source = own.find(({ id }) => id === sentence.articleId)
    if (!source || sentence.support.length > 0) return sentence
    const terms = new Set(contentTerms(sentence.text, source.language))
    const others = texts.filter(([{ provider }]) => provider.domain !== source.provider.domain)
    const isAlone = others.every(([, text]) => shareIn(text, terms) < MAYBE_TOLD)
    return isAlone ? { ...sentence, alone: true } : sentence
  })
}

const termsOf = ({ text, language }: Article): ReadonlySet<string> =>
  new Set(contentTerms(text.slice(0, MOST_READ), language))

function shareIn(text: ReadonlySet<string>, terms: ReadonlySet<string>): number {
  return [...terms].filter((term) => text.has(term)).length / Math.max(1, terms.size)
}
