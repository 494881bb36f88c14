import { Command as Program } from 'commander'
import type { z } from 'zod'
import type { Command, Row } from './commands/command.ts'
import { commands } from './commands/commands.ts'
import { runFilter } from './commands/filter.ts'
import { checkInput, type Emit, runCommand } from './commands/operation.ts'
import { type Config, loadConfig } from './config.ts'
import { demo } from './demo.ts'
import { DoseError } from './errors.ts'
import { callRemote, readServerFile } from './io/remote.ts'
import { exitCodeOf, openApp } from './main.ts'
import { partsOf, serve, untilStopped } from './serve.ts'
import { stageNames } from './workers/pipeline.ts'
import { startWorkers } from './workers/run.ts'

type Global = { readonly config?: string; readonly json?: boolean }

const say = (line: string): void => {
  process.stderr.write(`${line}\n`)
}

const program = new Program('dose')
  .description('Daily Dose: many news sources in, one cited daily email out.')
  .option('--config <file>', 'settings file; config/local.yaml by default')
  .option('--json', 'print JSON Lines')
  .configureOutput({ writeErr: (text) => process.stderr.write(text) })
  .exitOverride()
  .enablePositionalOptions()

const settings = () => loadConfig(process.env, program.opts<Global>().config)

for (const name of ['up', 'web', 'worker', 'scheduler'] as const) {
  const process_ = program
    .command(name)
    .description(SERVES(name))
    .action((options: { only?: string }) => end(() => serveUntilStopped(name, options.only)))
  if (name === 'worker') process_.option('--only <stages>', `of ${stageNames.join(', ')}`)
}

function SERVES(name: 'up' | 'web' | 'worker' | 'scheduler'): string {
  return {
    up: 'Run everything in this process: web server, scheduler and workers.',
    web: 'Run the web server alone (needs DATABASE_URL).',
    worker: 'Run workers alone, for all stages or some (needs DATABASE_URL).',
    scheduler: 'Run the clock alone (needs DATABASE_URL).',
  }[name]
}

async function serveUntilStopped(name: string, only?: string): Promise<number> {
  const { config } = settings()
  const parts = partsOf(
    name,
    config,
    only?.split(',').map((stage) => stage.trim()),
  )
  const served = await serve(config, parts, { command: name }, say)
  say(served.url ? `Daily Dose is up: ${served.url}` : `dose ${name} is running.`)
  return untilStopped(served, say)
}

program
  .command('config')
  .description('Show every setting: value, origin and default.')
  .option('--json', 'print JSON Lines')
  .action((options: Global) =>
    end(async () => {
      for (const row of settings().rows) {
        const line = `${row.name}=${row.value ?? ''}\t(${row.origin})`
        print(options.json || program.opts<Global>().json ? JSON.stringify(row) : line)
      }
      return 0
    }),
  )

program
  .command('filter')
  .description(
    'Run one stage alone as a filter: feed, frontmatter, extract, score, cluster, summarise.',
  )
  .allowUnknownOption()
  .helpOption(false)
  .passThroughOptions()
  .argument('[args...]')
  .action((args: string[]) => end(() => runFilter(args, process)))

program
  .command('demo')
  .description('Run everything on invented sample news, in a folder of its own, and keep serving.')
  .option('--exit', 'stop when the edition is there')
  .action((options: { exit?: boolean }) => end(() => demo(program.opts<Global>(), options, say)))

const nouns = new Map<string, Program>()

for (const command of commands) {
  const [noun = '', verb] = command.name.split(' ')
  const parent = verb ? nounOf(noun) : program
  define(parent.command(verb ?? noun), command)
}

function nounOf(noun: string): Program {
  const known = nouns.get(noun)
  if (known) return known
  const made = program.command(noun).description(`Work with ${noun} rows.`)
  nouns.set(noun, made)
  return made
}

/** Arguments and options come from the command's input schema: one definition for CLI and API. */
function define(target: Program, command: Command): void {
  target.description(command.summary).option('--json', 'print JSON Lines')
  const shape = (command.input as unknown as z.ZodObject).shape
  for (const [key, field] of Object.entries(shape)) {
    const flag = key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
    const help = field.description ?? ''
    const optional = field.safeParse(undefined).success
    if (command.positional.includes(key))
      target.argument(optional ? `[${flag}]` : `<${flag}>`, help)
    else if (key === 'content' || key === 'path')
      continue // filled by the command line itself
    else if (isBoolean(field)) target.option(`--${flag}`, help)
    else if (optional) target.option(`--${flag} <value>`, help)
    else target.requiredOption(`--${flag} <value>`, help)
  }
  target.action((...given: unknown[]) => {
    const options = given[command.positional.length] as Record<string, unknown> & Global
    const { json, ...rest } = options
    const input: Record<string, unknown> = undoNegation(rest)
    for (const [i, key] of command.positional.entries()) input[key] = given[i]
    return end(() => run(command, input, Boolean(json ?? program.opts<Global>().json)))
  })
}

/** Optional and defaulted fields wrap the type that counts. */
function isBoolean(field: z.core.$ZodType): boolean {
  const { type, innerType } = field._zod.def as { type: string; innerType?: z.core.$ZodType }
  return type === 'boolean' || (innerType !== undefined && isBoolean(innerType))
}

/** Commander reads `--no-check` as `check: false`; our inputs call it `noCheck: true`. */
function undoNegation(options: Record<string, unknown>): Record<string, unknown> {
  if (options.check === undefined) return options
  const { check, ...rest } = options
  return { ...rest, noCheck: check === false }
}

/** Runs a command where the rows are: in the `dose up` of this folder, or here. */
async function run(command: Command, given: unknown, json: boolean): Promise<number> {
  const { config } = settings()
  const checked = checkInput(command, given)
  const input = command.prepare ? await command.prepare(checked) : given
  const emit = emitter(command, json)
  try {
    const server = config.DATABASE_URL ? null : await readServerFile(config.DATA_DIR)
    if (server) return await callRemote(server, command.name, input as object, emit)
    return await runHere(command, input, config, emit)
  } finally {
    emit.done()
  }
}

async function runHere(
  command: Command,
  input: unknown,
  config: Config,
  emit: Emit,
): Promise<number> {
  const quiet = {
    ...config,
    LOG_LEVEL: process.env.LOG_LEVEL ? config.LOG_LEVEL : ('error' as const),
  }
  const app = await openApp(quiet, { command: command.name })
  try {
    if (command.works) startWorkers(app.deps)
    return await runCommand(command, input, app.deps, emit, true)
  } finally {
    await app.close()
  }
}

/** Rows go to stdout; how far things are goes to stderr, on one line where a person looks on. */
function emitter(command: Command, json: boolean): Emit & { done(): void } {
  const live = process.stderr.isTTY === true
  let open = false
  const done = () => {
    if (open) process.stderr.write('\r\u001b[K')
    open = false
  }
  return {
    row(row: Row) {
      done()
      print(json || !command.show ? JSON.stringify(row) : command.show(row))
    },
    note(sentence: string) {
      if (live) process.stderr.write(`\r\u001b[K${sentence}`)
      else say(sentence)
      open = live
    },
    done,
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}

/** A reader that goes away (`| head`) is no failure. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
})

async function end(action: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await action()
  } catch (error) {
    say(
      error instanceof DoseError
        ? `dose: ${error.message}`
        : `dose: ${String((error as Error)?.stack ?? error)}`,
    )
    process.exitCode = exitCodeOf(error)
  }
}

try {
  await program.parseAsync()
} catch (error) {
  const { exitCode = 1, code } = error as { exitCode?: number; code?: string }
  if (code === undefined) throw error
  process.exitCode = exitCode === 0 ? 0 : 2
}
