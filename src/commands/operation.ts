import { z } from 'zod'
import { DoseError } from '../errors.ts'
import { type Actor, hasRole, isFor } from '../model.ts'
import type { Deps } from '../workers/stage.ts'
import { type Command, type Context, type Row, roleFor } from './command.ts'

export type Emit = {
  /** A promise where its reader is slow. */
  row(row: Row): unknown
  note(sentence: string): void
  /** Whether nobody waits for the answer any more: its end is audited, whatever it is. */
  isLate?(): boolean
}

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

/** Whoever may start processes on this machine may do everything. */
const COMMAND_LINE: Actor = { name: 'command line', role: 'admin', nouns: null, address: null }

/** Runs a command that was typed on this machine, on the rows this process holds. */
export const runCommand = (
  command: Command,
  input: unknown,
  deps: Deps,
  emit: Emit,
  alone: boolean,
): Promise<number> => runAs(COMMAND_LINE, command, input, deps, emit, alone)

/**
 * Runs a command for somebody, on the rows this process holds; changes, and what ended when nobody
 * waited for it any more, are written to the audit log. API and dashboard come through here alike.
 *
 * @throws {DoseError} FORBIDDEN before anything is done.
 */
export async function runAs(
  actor: Actor,
  command: Command,
  input: unknown,
  deps: Deps,
  emit: Emit,
  alone: boolean,
): Promise<number> {
  requireAccess(actor, command)
  const checked = checkInput(command, input)
  const details: object[] = []
  const record = (detail: object) => void details.push(detail)
  const context: Context = {
    ...{ deps, actor, alone, out: emit.row, note: emit.note, record },
    undo: (name, undoInput) => record({ undo: { name, input: undoInput } }),
  }
  const audit = async (exit: number, error?: unknown) => {
    const named = (checked as Record<string, unknown>)[command.positional[0] ?? '']
    const object = command.forgets ? '(deleted)' : withoutLogin(named)
    const isTold = !command.forgets && error instanceof DoseError
    const detail = Object.assign({ exit }, isTold && { error: error.message }, ...details)
    await deps.store.audit.write(actor, command.name, object, detail, deps.clock.now())
  }
  const code = await command.run(checked, context).catch(async (error: unknown) => {
    // What it had done by then stays done.
    if ((command.changes && details.length > 0) || emit.isLate?.()) {
      await audit(1, error).catch((cause: unknown) =>
        deps.log.error('a failed command is not in the audit log', {
          command: command.name,
          error: cause,
        }),
      )
    }
    throw error
  })
  if (command.changes || emit.isLate?.()) await audit(code)
  return code
}

function requireAccess(actor: Actor, command: Command): void {
  const needed = roleFor(command)
  if (!hasRole(actor, needed))
    throw new DoseError(
      'FORBIDDEN',
      `${command.name}: ${actor.name} is ${actor.role}; it takes ${needed}.`,
    )
  const noun = command.name.split(' ')[0] ?? ''
  if (!isFor(actor, noun))
    throw new DoseError('FORBIDDEN', `${command.name}: ${actor.name} is for other nouns.`)
}

/** A URL may bring user and password along. */
const withoutLogin = (object: unknown): string =>
  String(object ?? '').replace(/^([a-z][a-z0-9+.-]{0,30}:\/\/)[^/?#]*@/i, '$1')
