import type { z } from 'zod'
import type { Actor, UserRole } from '../model.ts'

/** Takes what an operation tells while it runs. */
export type Emit = {
  /** One line of the answer; a promise where its reader is slow. */
  row(row: Readonly<Record<string, unknown>>): unknown
  /** How far it is; for people. */
  note(sentence: string): void
  /** Whether nobody waits for the answer any more; the audit log then tells the end, whatever it is. */
  isLate?(): boolean
}

/** One thing the API can do. The server is given them; it does not know the command line. */
export type Operation = {
  /** `noun verb`: served at `/api/noun/verb`. */
  readonly name: string
  readonly summary: string
  /** Whether it changes anything. */
  readonly changes: boolean
  /** The least role that may run it. */
  readonly needs: UserRole
  /** Its answer holds a key that is shown once, and must be kept nowhere on the way. */
  readonly tellsKey: boolean
  /** What it takes, as a JSON object. */
  readonly schema: z.ZodType
  /** What people are asked before it runs, with how much it would change; `null` for nothing. */
  confirm(input: unknown): Promise<string | null>
  /** A row for people. */
  show(row: Readonly<Record<string, unknown>>): string
  /**
   * @param input what `schema` made of the request's body.
   * @returns the exit code: 0 done, 1 failed in part.
   * @throws {DoseError} FORBIDDEN where it is not for this actor.
   */
  run(input: unknown, emit: Emit, actor: Actor): Promise<number>
}
