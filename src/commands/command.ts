import type { z } from 'zod'
import type { Actor, UserRole } from '../model.ts'
import type { Deps } from '../workers/stage.ts'

/** One line of a command's answer: JSON on the wire and with `--json`. */
export type Row = Readonly<Record<string, unknown>>

export type Context = {
  readonly deps: Deps
  /** Prints one row of the answer. Whoever has very many awaits it, so that they do not pile up. */
  out(row: Row): unknown
  /** Tells how far a long command is; to a person, never to a script. */
  note(sentence: string): void
  /** Adds to what the audit log tells of a change; never a secret. */
  record(detail: object): void
  /** Names the command that would take the change back, for whoever reads the audit log. */
  undo(name: string, input: Row): void
  /** On whose behalf it runs. */
  readonly actor: Actor
  /** No other process works the queues, so whoever waits for them must. */
  readonly alone: boolean
}

/**
 * One command, defined once: the command line, the API and its document derive from it.
 *
 * It runs in the process that holds the rows: in this one, or in the `dose up` that serves the
 * folder, which is then asked over HTTP.
 */
export type Command<Input = never> = {
  /** `noun verb`, e.g. `source add`. */
  readonly name: string
  readonly summary: string
  /** Every argument and option, each described; positional ones are named below. */
  readonly input: z.ZodType<Input>
  /** Keys of `input` given without a name, in order. */
  readonly positional: readonly string[]
  /** Whether it changes anything: then it is written to the audit log. */
  readonly changes: boolean
  /** The least role that may run it: `operator` for changes and `viewer` for the rest where absent. */
  readonly needs?: UserRole
  /** Its answer holds a key that is shown once, and must be kept nowhere on the way. */
  readonly tellsKey?: boolean
  /** It deletes whom it names: the audit log tells that, and not who it was. */
  readonly forgets?: boolean
  /** Waits for the queues: where no `dose up` runs, workers run with it. */
  readonly works?: boolean
  /**
   * Asked of people before it runs where much hangs on it: a sentence that tells how much it would
   * change; `null` where this input needs none. Scripts and the command line are not asked.
   */
  confirm?(input: Input, deps: Deps): Promise<string | null>
  /** On the caller's side, before anything is sent: reads files, makes paths absolute. */
  prepare?(input: Input): Promise<Input>
  /** @returns the exit code: 0 done, 1 failed in part. Errors carry their own. */
  run(input: Input, context: Context): Promise<number>
  /** A row for people; JSON where absent. */
  show?(row: Row): string
}

/** Declares a command; it exists so that `Input` is inferred, never written. */
export const command = <Input>(definition: Command<Input>): Command =>
  definition as unknown as Command

export const roleFor = ({ needs, changes }: Command): UserRole =>
  needs ?? (changes ? 'operator' : 'viewer')

/** Columns for people: values of the named keys, tabs between them. */
export const columns =
  (...keys: readonly string[]) =>
  (row: Row): string =>
    keys.map((key) => shown(row[key])).join('\t')

function shown(value: unknown): string {
  if (value === null || value === undefined) return '-'
  return Array.isArray(value) ? value.join(',') : String(value)
}
