import type { Card, CardSentence } from '../model.ts'
import { splitWords } from '../text/words.ts'

/** What a mail that a reader got told of one story. */
export type Heard = {
  readonly storyId: string
  /** Local date of that edition, `YYYY-MM-DD`. */
  readonly date: string
  /** Sentences, or their words in any order; none of a story that was only named. */
  readonly sentences: readonly string[]
}

/** A sentence with this share of its words in one that was told says nothing new. */
const SAME_WORDS = 0.8

/**
 * Leaves out of a pool what one reader has read: no story comes twice but for sentences that are
 * new to this reader, and then it says that it goes on. A digest's own editions see to that for
 * readers without choices; those with choices were told other stories.
 *
 * @param heard what the reader's mails told, the oldest first
 */
export function retellPool(pool: readonly Card[], heard: readonly Heard[]): readonly Card[] {
  if (heard.length === 0) return pool
  const byStory = Map.groupBy(heard, ({ storyId }) => storyId)
  return pool.flatMap((card) => retellCard(card, byStory.get(card.storyId) ?? []))
}

/**
 * What of a sentence is kept to know it again: its words, each once and in the order of the alphabet. A
 * take-down has nothing to look for there.
 */
export function toHeard(sentence: string): string {
  const words = splitWords(sentence).map(({ start, end }) => sentence.slice(start, end))
  return [...new Set(words)].sort().join(' ')
}

function retellCard(card: Card, heard: readonly Heard[]): Card[] {
  const [first] = heard
  const last = heard.at(-1)
  if (!first || !last) return [card]
  const told = heard.flatMap(({ sentences }) => sentences.map(wordsOf))
  const sentences = card.sentences.filter((sentence) => isNew(sentence, told))
  if (sentences.length === 0) return []
  if (told.length === 0) return [card] // it was only named: all of it is new
  const novelty = sentences.length / card.sentences.length
  const followUp = card.followUp ?? {
    firstTold: first.date,
    lastTold: last.date,
    novelty,
    newSources: [],
    changes: [],
  }
  return [{ ...card, sentences, followUp }]
}

function isNew({ text }: CardSentence, told: readonly ReadonlySet<string>[]): boolean {
  const words = [...wordsOf(text)]
  return !told.some(
    (known) => words.filter((word) => known.has(word)).length >= SAME_WORDS * words.length,
  )
}

const wordsOf = (text: string): ReadonlySet<string> =>
  new Set(splitWords(text).map(({ norm }) => norm))
