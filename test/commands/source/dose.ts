import type { Row } from '../../../src/commands/command.ts'
import { commands } from '../../../src/commands/commands.ts'
import { checkInput, runCommand } from '../../../src/commands/operation.ts'
import type { TestApp } from '../../support/setup.ts'

/** Runs a command as the command line does, on the rows of `app`: what it answers, or what it throws. */
export async function dose(app: TestApp, name: string, given: object = {}) {
  const command = commands.find((known) => known.name === name)
  if (!command) throw new Error(`no command ${name}`)
  const rows: Row[] = []
  const notes: string[] = []
  const emit = { row: (row: Row) => rows.push(row), note: (note: string) => notes.push(note) }
  const checked = checkInput(command, given)
  const input = command.prepare ? await command.prepare(checked) : given
  const exit = await runCommand(command, input, app.deps, emit, false)
  return { rows, notes, exit, shown: rows.map((row) => command.show?.(row)).join('\n') }
}
