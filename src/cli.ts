import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Command as Program } from 'commander'
import type { z } from 'zod'
import type { Command, Row } from './commands/command.ts'
import { commands } from './commands/commands.ts'
import { describeFilters } from './commands/filter/usage.ts'
import { checkInput, type Emit, runCommand } from './commands/operation.ts'
import { type Config, loadConfig } from './config.ts'
import { DoseError } from './errors.ts'
import { interruptible } from './interrupt.ts'
import { callRemote, readServerFile } from './io/remote.ts'
import { packageRoot } from './io/root.ts'
import { stageNames } from './workers/pipeline.ts'

/**
 * The command line. What takes long to load (the server, the filters) is loaded by the command that
 * needs it, so that `dose help` answers at once.
 */

type Global = { readonly config?: string; readonly json?: boolean }

/** Commands that are processes of their own, and what they run. */
const PROCESSES = {
  up: 'Run everything in this process: web server, scheduler and workers.',
  web: 'Run the web server alone (needs DATABASE_URL).',
  worker: 'Run workers alone, for all stages or some (needs DATABASE_URL).',
  scheduler: 'Run the clock alone (needs DATABASE_URL).',
} as const

const program = new Program('dose')

async function main(): Promise<void> {
  const { version } = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8'))
  program
    .description('Daily Dose: many news sources in, one cited daily email out.')
    .version(version, '--version', 'print the version')
    .option('--config <file>', 'settings file; config/local.yaml by default')
    .option('--json', 'print JSON Lines')
    .exitOverride()
    .enablePositionalOptions()
  defineProcesses()
  defineConfig()
  defineFilter()
  defineDemo()
  for (const command of commands) define(command)
  try {
    await program.parseAsync()
  } catch (error) {
    const { exitCode, code } = error as { exitCode?: number; code?: string }
    if (!code?.startsWith('commander.')) throw error
    process.exitCode = exitCode === 0 ? 0 : 2 // commander has said what is wrong
  }
}

function defineProcesses(): void {
  for (const [name, does] of Object.entries(PROCESSES)) {
    const target = program.command(name).description(does)
    if (name === 'worker') target.option('--only <stages>', `of ${stageNames.join(', ')}`)
    target.action(({ only }: { only?: string }) =>
      end(async () => {
        const { partsOf, serve, untilStopped } = await import('./serve.ts')
        const { config } = settings()
        const parts = partsOf(
          name,
          config,
          only?.split(',').map((stage) => stage.trim()),
        )
        const served = await serve(config, parts, { command: name }, say)
        say(served.url ? `Daily Dose is up: ${served.url}` : `dose ${name} is running.`)
        return untilStopped(served, say)
      }),
    )
  }
}

function defineConfig(): void {
  program
    .command('config')
    .description('Show every setting: value, origin and default.')
    .option('--json', 'print JSON Lines')
    .action((options: Global) =>
      end(async () => {
        const json = options.json ?? program.opts<Global>().json
        for (const row of settings().rows)
          print(json ? JSON.stringify(row) : `${row.name}=${row.value ?? ''}\t(${row.origin})`)
        return 0
      }),
    )
}

function defineFilter(): void {
  program
    .command('filter')
    .description(
      'Run one stage alone: feed, frontmatter, extract, score, rules, cluster, summarise.',
    )
    .configureHelp({ formatHelp: describeFilters })
    .allowUnknownOption()
    .helpOption(false)
    .passThroughOptions()
    .argument('[args...]')
    .action((args: string[]) =>
      end(async () => (await import('./commands/filter.ts')).runFilter(args, process)),
    )
}

function defineDemo(): void {
  program
    .command('demo')
    .description(
      'Run everything on invented sample news, in a folder of its own, and keep serving.',
    )
    .option('--exit', 'stop when the edition is there')
    .action((options: { exit?: boolean }) =>
      end(async () => (await import('./demo.ts')).demo(program.opts<Global>(), options, say)),
    )
}

/** Arguments and options come from the command's input schema: one definition for CLI and API. */
function define(command: Command): void {
  const [noun = '', verb] = command.name.split(' ')
  const target = verb ? nounOf(noun).command(verb) : program.command(noun)
  target.description(command.summary).option('--json', 'print JSON Lines')
  const shape = (command.input as unknown as z.ZodObject).shape
  for (const [key, field] of Object.entries(shape)) defineInput(target, command, key, field)
  target.action((...given: unknown[]) => {
    const { json, ...options } = given[command.positional.length] as Record<string, unknown> &
      Global
    const input: Record<string, unknown> = undoNegation(command, options)
    for (const [i, key] of command.positional.entries()) input[key] = given[i]
    return end(() => run(command, input, Boolean(json ?? program.opts<Global>().json)))
  })
}

function nounOf(noun: string): Program {
  const known = program.commands.find((command) => command.name() === noun)
  return known ?? program.command(noun).description(`Work with ${noun} rows.`)
}

/** Inputs that `prepare` fills on the caller's side; nobody types them. */
const PREPARED = new Set(['content', 'path', 'picture'])

/** Arguments that may be given more than once. */
const MANY = new Set(['articles'])

function defineInput(target: Program, command: Command, key: string, field: z.core.$ZodType): void {
  const flag = key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
  const help = (field as z.ZodType).description ?? ''
  const optional = (field as z.ZodType).safeParse(undefined).success
  const given = MANY.has(key) ? `${flag}...` : flag
  if (command.positional.includes(key))
    target.argument(optional ? `[${given}]` : `<${given}>`, help)
  else if (PREPARED.has(key)) return
  else if (isBoolean(field)) target.option(`--${flag}`, help)
  else if (optional) target.option(`--${flag} <value>`, help)
  else target.requiredOption(`--${flag} <value>`, help)
}

/** Optional and defaulted fields wrap the type that counts. */
function isBoolean(field: z.core.$ZodType): boolean {
  const { type, innerType } = field._zod.def as { type: string; innerType?: z.core.$ZodType }
  return type === 'boolean' || (innerType !== undefined && isBoolean(innerType))
}

/** Commander reads `--no-check` as `check: false`; our inputs call it `noCheck: true`. */
function undoNegation(
  command: Command,
  options: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const shape = (command.input as unknown as z.ZodObject).shape
  const named = Object.entries(options).map(([key, value]) => {
    const negated = `no${key.charAt(0).toUpperCase()}${key.slice(1)}`
    return negated in shape && !(key in shape) ? [negated, value === false] : [key, value]
  })
  return Object.fromEntries(named)
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
  const { openApp } = await import('./main.ts')
  const { startWorkers } = await import('./workers/run.ts')
  // A command speaks through its rows; its log is for whoever asks for one.
  const quiet = {
    ...config,
    LOG_LEVEL: process.env.LOG_LEVEL ? config.LOG_LEVEL : ('error' as const),
  }
  return interruptible(
    () => openApp(quiet, { command: command.name }),
    (app) => {
      if (command.works) startWorkers(app.deps)
      return runCommand(command, input, app.deps, emit, true)
    },
    (app) => app.close(),
    say,
  )
}

const settings = () => loadConfig(process.env, program.opts<Global>().config)

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

function say(line: string): void {
  process.stderr.write(`${line}\n`)
}

/** A failure we can name is one line; anything else is a bug and shows where it is. */
async function end(action: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await action()
  } catch (error) {
    const named = error instanceof DoseError
    say(`dose: ${named ? error.message : error instanceof Error ? error.stack : String(error)}`)
    process.exitCode = named ? error.exit : 1
  }
}

/** A reader that goes away (`| head`) is no failure. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
})

await main()
