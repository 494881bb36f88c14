/** How much each feature of a sentence counts towards its salience. */
export type Weights = {
  /** Share of the voices that use its words, rarer words counting more. */
  readonly consensus: number
  /** Cosine to what all candidates are about: their heaviest terms together. */
  readonly central: number
  /** Nearness to the beginning of its text, `e^(−position / reach)`. */
  readonly lead: number
  readonly reach: number
  /** Greatest cosine to the first sentence of another voice. */
  readonly nearLeads: number
  /** Mean cosine to the titles. */
  readonly titles: number
  /** Share of its words that carry content: lists and captions have the most. */
  readonly density: number
  /** Share of the deductions for form (`form.ts`). */
  readonly form: number
}

/**
 * One text tells its story at the beginning. Beginnings and titles of several voices, where they
 * agree, are the story. Texts without titles are of unknown making: only what they share counts.
 *
 * Round numbers set by hand, the second row after a look at a regression on AllSides. None is
 * fitted on Multi-News, whose licence forbids it. See `bench/quality/summarise.ts`.
 */
export const ALONE: Weights = {
  consensus: 0,
  central: 0.4,
  lead: 0.3,
  reach: 2,
  nearLeads: 0,
  titles: 0.2,
  density: 0,
  form: 0.5,
}

export const TITLED: Weights = {
  consensus: 0.2,
  central: 0,
  lead: 0.2,
  reach: 2,
  nearLeads: 0.2,
  titles: 0.5,
  density: 0,
  form: 1,
}

export const UNTITLED: Weights = {
  consensus: 0.5,
  central: 0,
  lead: 0.15,
  reach: 12,
  nearLeads: 0,
  titles: 0,
  density: -0.1,
  form: 0,
}
