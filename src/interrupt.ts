import { constants } from 'node:os'

/** A command that has closed everything and is still there after this long ends by force. */
const EXIT_MS = 5_000

/**
 * Does something that Ctrl-C or SIGTERM may break off: what it opened is closed, then the exit code
 * is 128 and the signal's number, as shells count. A second signal ends the process at once.
 *
 * @param close called when the work has ended or was broken off, and awaited.
 */
export async function interruptible<Opened>(
  open: () => Promise<Opened>,
  work: (opened: Opened) => Promise<number>,
  close: (opened: Opened) => Promise<void>,
  say: (line: string) => void,
): Promise<number> {
  const signals = catchSignals(say)
  try {
    const opened = await open()
    const working = signals.caught() ? signals.first : work(opened)
    working.catch(() => undefined) // what was broken off fails without what it worked with
    try {
      return await Promise.race([working, signals.first])
    } finally {
      await close(opened)
      if (signals.caught()) setTimeout(() => process.exit(), EXIT_MS).unref()
    }
  } finally {
    signals.release()
  }
}

function catchSignals(say: (line: string) => void) {
  const { promise: first, resolve } = Promise.withResolvers<number>()
  let code = 0
  const catchOne = (signal: NodeJS.Signals) => {
    if (code > 0) process.exit(code)
    code = 128 + constants.signals[signal]
    say(`${signal}: running work ends, nothing new begins; a second one ends at once.`)
    resolve(code)
  }
  process.on('SIGINT', catchOne).on('SIGTERM', catchOne)
  return {
    first,
    caught: () => code > 0,
    release: () => void process.off('SIGINT', catchOne).off('SIGTERM', catchOne),
  }
}
