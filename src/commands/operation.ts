import { z } from 'zod'
import { DoseError } from '../errors.ts'
import type { Deps } from '../workers/stage.ts'
import type { Command, Context, Row } from './command.ts'

export type Emit = { row(row: Row): void; note(sentence: string): void }

/** Checks what somebody gave a command; what was checked may be checked again. @throws {DoseError} USAGE naming every fault. */
export function checkInput(command: Command, input: unknown): never {
  if (holdsNul(input))
    throw new DoseError('USAGE', `dose ${command.name}: a NUL character, which no row can hold.`)
  const { success, data, error } = command.input.safeParse(input)
  if (!success) throw new DoseError('USAGE', `dose ${command.name}:\n${z.prettifyError(error)}\n`)
  return data
}

/** Commands take words and lists of words; PostgreSQL takes no NUL in either. */
const holdsNul = (input: unknown): boolean =>
  Object.values(input ?? {})
    .flat()
    .some((value) => typeof value === 'string' && value.includes('\0'))

/** Runs a command on the rows this process holds; changes are written to the audit log. */
export async function runCommand(
  command: Command,
  input: unknown,
  deps: Deps,
  emit: Emit,
  alone: boolean,
): Promise<number> {
  const checked = checkInput(command, input)
  const details: object[] = []
  const record = (detail: object) => void details.push(detail)
  const context: Context = { deps, alone, out: emit.row, note: emit.note, record }
  const code = await command.run(checked, context)
  if (command.changes) {
    const object = withoutLogin((checked as Record<string, unknown>)[command.positional[0] ?? ''])
    const detail = Object.assign({ exit: code }, ...details)
    await deps.store.audit.write('operator', command.name, object, detail, deps.clock.now())
  }
  return code
}

/** A URL may bring user and password along. */
const withoutLogin = (object: unknown): string =>
  String(object ?? '').replace(/^([a-z][a-z0-9+.-]{0,30}:\/\/)[^/?#]*@/i, '$1')
