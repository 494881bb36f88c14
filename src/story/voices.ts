import type { Member } from '../model.ts'
import { isOpinion } from './opinion.ts'

/** Reports; where there are none, opinions; where all are copies of articles elsewhere, those. */
export function voicesOf(members: readonly Member[]): readonly Member[] {
  const own = members.filter((member) => member.role !== 'copy')
  const reports = own.filter(({ article }) => !isOpinion(article.title, article.url))
  return [reports, own].find((some) => some.length > 0) ?? members
}
