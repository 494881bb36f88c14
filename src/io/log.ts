import pino from 'pino'

export type Fields = Readonly<Record<string, unknown>>

/** JSON lines on stderr: a sentence and bound fields in snake_case. stdout belongs to results. */
export type Log = {
  debug(sentence: string, fields?: Fields): void
  info(sentence: string, fields?: Fields): void
  warn(sentence: string, fields?: Fields): void
  error(sentence: string, fields?: Fields): void
  /** The same log with more fields bound to every line. */
  with(fields: Fields): Log
}

/** Values under these names never reach a log: addresses and secrets have no business there. */
export const REDACT = ['email', 'to', 'password', 'token', 'authorization', 'cookie']

export function createLog(level: string, destination: 1 | 2 = 2): Log {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: REDACT,
    serializers: { error: pino.stdSerializers.err },
    formatters: { level: (label: string) => ({ level: label }) },
  }
  return wrap(pino(options, pino.destination({ fd: destination, sync: true })))
}

function wrap(logger: pino.Logger): Log {
  return {
    debug: (sentence, fields) => logger.debug(fields ?? {}, sentence),
    info: (sentence, fields) => logger.info(fields ?? {}, sentence),
    warn: (sentence, fields) => logger.warn(fields ?? {}, sentence),
    error: (sentence, fields) => logger.error(fields ?? {}, sentence),
    with: (fields) => wrap(logger.child(fields)),
  }
}
