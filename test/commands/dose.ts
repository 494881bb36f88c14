import type { Row } from '../../src/commands/command.ts'
import { commands } from '../../src/commands/commands.ts'
import { runCommand } from '../../src/commands/operation.ts'
import type { TestApp } from '../support/setup.ts'

/** Runs a command on the rows of an app: rows, notes and exit code, or what it throws. */
export const doseOn =
  (app: TestApp) =>
  async (name: string, input: object = {}) => {
    const command = commands.find((known) => known.name === name)
    if (!command) throw new Error(`no command ${name}`)
    const rows: Row[] = []
    const notes: string[] = []
    const emit = { row: (row: Row) => rows.push(row), note: (note: string) => notes.push(note) }
    const exit = await runCommand(command, input, app.deps, emit, false)
    return { rows, notes, exit, shown: rows.map((row) => command.show?.(row)) }
  }
