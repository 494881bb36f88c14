import type { Sentence } from '../text/sentences.ts'
import { contextOf, mayAgree, type Quantity, quantitiesOf } from './quantities.ts'

/** A sentence's number with what it is about. */
export type Claim<T extends Sentence = Sentence> = {
  readonly quantity: Quantity
  readonly sentence: T
  /** Terms of the sentence, and of these the ones beside the quantity. */
  readonly all: ReadonlySet<string>
  readonly near: ReadonlySet<string>
}

/** What two sentences must have in common beside the numbers for these to be of one thing. */
type Kinship = {
  /** Terms beside the quantity. */
  readonly near: number
  /** Terms of the sentences, and their share of the shorter one's. */
  readonly all: number
  readonly share: number
}
/** The unit says much: so many were killed, so many homes. */
const COUNTED: Kinship = { near: 1, all: 3, share: 0.25 }
/** A story has many sums and rates: the sentences must be nearly the same. */
const MEASURED: Kinship = { near: 3, all: 4, share: 0.5 }
const MEASURED_IN = /^(?:%|[A-Z]{3}|crowns|francs|rupees|yuan)$/
/** Values further apart than this many times are of different things. */
const MOST_APART = 1.5
/** Sentences about another time, or about what may be. */
const ELSEWHEN =
  /\b(?:would|could|may|might|should|plans?|planned|propos\w{1,8}|original(?:ly)?|initial(?:ly)?|estimat\w{1,6}|expect\w{0,6}|predict\w{0,6}|previous(?:ly)?|earlier|anniversary|since|ago|last (?:year|month|week|summer|fall|spring|winter)|(?:19|20)\d\d|poll|polls|survey)\b/i

/** The numbers of English sentences that tell what is so now. */
export function claimsIn<T extends Sentence>(sentences: readonly T[]): Claim<T>[] {
  return sentences.flatMap((sentence) => {
    if (ELSEWHEN.test(sentence.text)) return []
    return quantitiesOf(sentence.text).map((quantity) => {
      return { quantity, sentence, ...contextOf(sentence.text, quantity) }
    })
  })
}

/** Whether two claims give one thing values that cannot both be true. */
export function tellsOtherwise(a: Claim, b: Claim): boolean {
  if (a.quantity.unit !== b.quantity.unit || mayAgree(a.quantity, b.quantity)) return false
  const values = [a.quantity.value, b.quantity.value]
  if (Math.max(...values) > MOST_APART * Math.min(...values)) return false
  const { near, all, share } = MEASURED_IN.test(a.quantity.unit) ? MEASURED : COUNTED
  const size = Math.min(a.all.size, b.all.size)
  return shared(a.near, b.near) >= near && shared(a.all, b.all) >= Math.max(all, share * size)
}

const shared = (a: ReadonlySet<string>, b: ReadonlySet<string>) =>
  [...a].filter((term) => b.has(term)).length

/** Whether a claim's value is among others, of whatever. */
export const isAmong = ({ quantity }: Claim, others: readonly Claim[]) =>
  others.some((one) => one.quantity.unit === quantity.unit && mayAgree(one.quantity, quantity))
