import { DoseError } from '../errors.ts'
import type { Deps } from './stage.ts'

/**
 * Has a thread read what somebody else wrote.
 *
 * @param task name of an export of the thread's file.
 * @param subject names the document, for messages.
 * @throws {DoseError} SOURCE_UNREADABLE where it takes too long or too much memory: it would the next time, too.
 */
export async function readInThread<Out>(
  task: string,
  input: unknown,
  subject: string,
  { threads }: Pick<Deps, 'threads'>,
  timeoutMs?: number,
): Promise<Out> {
  try {
    return await threads.run<Out>(task, input, timeoutMs)
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause
    throw new DoseError('SOURCE_UNREADABLE', `${subject}: ${cause.message}`, { cause })
  }
}
