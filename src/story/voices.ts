import type { Member } from '../model.ts'
import { isOpinion, isView } from './opinion.ts'

/**
 * Reports; where there are none, opinions; where all are copies of articles elsewhere, those. What is no
 * labelled opinion and yet argues is heard where otherwise a single provider would be.
 */
export function voicesOf(members: readonly Member[]): readonly Member[] {
  const own = members.filter((member) => member.role !== 'copy')
  const unlabelled = own.filter(({ article }) => !isOpinion(article.title, article.url))
  const reports = unlabelled.filter(({ article }) => !isView(article))
  const heard = providersOf(reports) >= Math.min(2, providersOf(unlabelled)) ? reports : unlabelled
  return [heard, own].find((some) => some.length > 0) ?? members
}

const providersOf = (members: readonly Member[]) =>
  new Set(members.map(({ article }) => article.provider.domain)).size
