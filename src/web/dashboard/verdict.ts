/** What the sentence on top of Today is made of. */
export type Situation = {
  /** Alerts that nobody has muted. */
  readonly alerts: number
  readonly failing: number
  readonly late: number
  readonly sources: number
  /** Failed runs that nothing has made up for. */
  readonly failures: number
  /** Minutes that the first job in line has waited. */
  readonly waitedMinutes: number
  readonly pausedStages: readonly string[]
  /** Reasons why the next edition of a digest would not go out. */
  readonly blockers: number
  readonly digests: number
}

export type Verdict = { readonly tone: 'good' | 'warn' | 'bad'; readonly text: string }

/** A job that has waited for longer is stuck, or nobody works its stage. */
const STUCK_MINUTES = 10
/** With more of the sources failing, it is not the sources. */
const MANY_SOURCES = 0.25

/** Is everything all right? The worst first, in one sentence. */
export function verdictOf(now: Situation): Verdict {
  const worst = troublesOf(now)
  const bad = worst.filter(({ tone }) => tone === 'bad')
  const told = bad.length > 0 ? bad : worst
  if (told.length > 0)
    return {
      tone: bad.length > 0 ? 'bad' : 'warn',
      text: `${sentence(told.map(({ text }) => text))}.`,
    }
  if (now.sources === 0) return { tone: 'warn', text: 'Nothing is read yet: add a source.' }
  if (now.digests === 0)
    return { tone: 'warn', text: 'Sources are read, but there is no digest yet.' }
  return { tone: 'good', text: 'All is well.' }
}

function troublesOf(now: Situation): Verdict[] {
  const { sources, failing, late, failures, waitedMinutes, pausedStages, blockers, alerts } = now
  const many = sources > 0 && (failing + late) / sources > MANY_SOURCES
  const all: readonly (Verdict | false)[] = [
    alerts > 0 && { tone: 'bad', text: `${counted(alerts, 'alert')} open` },
    blockers > 0 && {
      tone: 'bad',
      text: `${counted(blockers, 'thing')} in the way of the next edition`,
    },
    waitedMinutes >= STUCK_MINUTES && {
      tone: 'bad',
      text: `work has waited for ${waitedMinutes} minutes`,
    },
    pausedStages.length > 0 && { tone: 'warn', text: `${pausedStages.join(', ')} paused` },
    failing > 0 && { tone: many ? 'bad' : 'warn', text: `${counted(failing, 'source')} failing` },
    late > 0 && { tone: many ? 'bad' : 'warn', text: `${counted(late, 'source')} late` },
    failures > 0 && { tone: 'warn', text: `${counted(failures, 'run')} failed` },
  ]
  return all.filter((trouble) => trouble !== false)
}

const counted = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`

function sentence(parts: readonly string[]): string {
  const text = [parts.slice(0, -1).join(', '), parts.at(-1)].filter(Boolean).join(' and ')
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** Minutes until `open` mails have left at the rate of the last minutes; `null` where none left. */
export const minutesLeft = (open: number, lately: number, minutes: number): number | null =>
  lately === 0 ? null : Math.ceil((open * minutes) / lately)
