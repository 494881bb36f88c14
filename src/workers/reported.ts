import { z } from 'zod'
import { blameOf } from '../delivery/bounce.ts'
import { REPORTS_MAX, ReportedMail } from '../delivery/reported.ts'
import { LEFT } from '../delivery/state.ts'
import type { ReportOutcome } from '../store/reports.ts'
import type { Deps } from './stage.ts'

type ReportFault = { readonly index: number; readonly problem: string }

export type ReportedResult =
  | {
      readonly kind: 'accepted'
      readonly reports: readonly {
        readonly deliveryId: string | null
        readonly outcome: ReportOutcome
      }[]
    }
  /** Nothing of it was stored. */
  | { readonly kind: 'invalid'; readonly faults: readonly ReportFault[] }

/**
 * Takes in what a mail service tells of mails it sent for us. One that is not as it should be, and none is;
 * one about a mail that is not ours is said to be `missing` and holds up no other.
 */
export async function takeReported(
  given: readonly unknown[],
  { store, clock }: Pick<Deps, 'store' | 'clock'>,
): Promise<ReportedResult> {
  if (given.length === 0 || given.length > REPORTS_MAX)
    return invalid([{ index: 0, problem: `expected 1 to ${REPORTS_MAX} reports` }])
  const read = given.map((one) => ReportedMail.safeParse(one))
  const faults = read.flatMap(({ error }, index) =>
    error ? [{ index, problem: z.prettifyError(error).replace(/\s+/g, ' ') }] : [],
  )
  if (faults.length > 0) return invalid(faults)
  const reports = []
  for (const { data } of read) {
    if (!data) continue
    const { deliveryId, kind, status = null, reason, at = clock.now() } = data
    const report = { kind, status, reason, via: 'api', at } as const
    const blame = blameOf(status ?? kind, kind === 'hard')
    const outcome = deliveryId
      ? await store.reports.take(deliveryId, report, blame, LEFT, clock.now())
      : 'missing'
    reports.push({ deliveryId, outcome })
  }
  return { kind: 'accepted', reports }
}

const invalid = (faults: readonly ReportFault[]): ReportedResult => ({ kind: 'invalid', faults })
