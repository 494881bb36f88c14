import type { Correction } from '../model.ts'
import { longDate } from './dates.ts'
import type { Speak } from './texts.ts'

/** A correction as pages and mails print it. */
export type CorrectionView = {
  /** When it was corrected, or in which edition it stood. */
  readonly when: string
  readonly headline: string
  readonly text: string
}

/** Of this very edition: its reader sees the story as it was printed. */
export const viewOwn = (corrections: readonly Correction[], say: Speak, locale: string) =>
  corrections.map(({ at, headline, text }): CorrectionView => {
    return { when: say('correctedOn', { date: longDate(at.slice(0, 10), locale) }), headline, text }
  })

/** Of editions before. */
export const viewEarlier = (corrections: readonly Correction[], say: Speak, locale: string) =>
  corrections.map(({ date, headline, text }): CorrectionView => {
    return { when: say('correctionOf', { date: longDate(date, locale) }), headline, text }
  })
