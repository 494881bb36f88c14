import { z } from 'zod'
import type { Segment } from '../store/subscribers.ts'
import type { Taxonomy } from '../story/topics.ts'
import { requireTopics } from './inputs.ts'

/** Options that name some of the readers. */
export const segmentInput = {
  topic: z.string().optional().describe('Only who gets stories of this topic, chosen or with all'),
  pace: z.enum(['daily', 'weekdays', 'weekly']).optional().describe('Only readers of this pace'),
}

export const segmentOf = <Given extends Segment>(given: Given, taxonomy: Taxonomy): Segment => ({
  ...given,
  topic: given.topic && requireTopics([given.topic], taxonomy)[0],
})
