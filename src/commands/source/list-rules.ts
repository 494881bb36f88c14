import { z } from 'zod'
import { isSelector } from '../../article/list-page.ts'
import { DoseError } from '../../errors.ts'
import type { ListRules } from '../../model.ts'
import { wholeNumber } from '../inputs.ts'

const SELECTOR_CHARS_MAX = 300
const LIMIT = 30

const selector = z
  .string()
  .trim()
  .min(1)
  .max(SELECTOR_CHARS_MAX)
  .refine(isSelector, 'expected a CSS selector')

/** How the articles of a page without a feed are found: inputs of `source add`, `check` and `set`. */
export const listInputs = {
  item: selector
    .optional()
    .describe('Of a list page: CSS selector of each article, e.g. "article h2 a"'),
  link: selector.optional().describe('Inside the item: its link; the first one by default'),
  title: selector
    .optional()
    .describe('Inside the item: its title; the words of the link by default'),
  date: selector.optional().describe('Inside the item: its date; the first `time` by default'),
  next: selector
    .optional()
    .describe('On the page: the link to older articles; two such pages are read'),
  limit: wholeNumber(1, 100)
    .optional()
    .describe(`Articles taken in one reading; ${LIMIT} by default`),
}

export type ListInput = {
  readonly [key in keyof typeof listInputs]?: z.output<(typeof listInputs)[key]>
}

/** @throws {DoseError} USAGE without `item`. */
export function listRules(given: ListInput, before: ListRules | null = null): ListRules {
  const item = given.item ?? before?.item
  if (!item)
    throw new DoseError('USAGE', '--item is missing: the selector that finds the articles.')
  return {
    item,
    link: given.link ?? before?.link ?? null,
    title: given.title ?? before?.title ?? null,
    date: given.date ?? before?.date ?? null,
    next: given.next ?? before?.next ?? null,
    limit: given.limit ?? before?.limit ?? LIMIT,
  }
}
