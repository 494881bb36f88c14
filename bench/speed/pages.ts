/**
 * Pages read in a second: ours, everything `dose filter extract` prints included, beside
 * Readability on jsdom, which is its own document's way of using it.
 * `node bench/speed/pages.ts --data PATH [--rounds N]`.
 *
 * Each contender runs in a process of its own, in turns, a pass over all pages to warm up and a pass
 * that counts; printed are the medians of the rounds and their ratio. Processor time is printed
 * beside the clock's, which other work on the machine lengthens.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { parseArgs } from 'node:util'
import { Readability } from '@mozilla/readability'
import { JSDOM, VirtualConsole } from 'jsdom'
import { readPage } from '../../src/article/page.ts'
import { readMarkedPages } from '../pages.ts'

type Run = { readonly perSecond: number; readonly perCpuSecond: number; readonly peakMb: number }

const CONTENDERS: Readonly<Record<string, (html: string, url: string) => unknown>> = {
  'daily-dose': readPage,
  'readability + jsdom': (html, url) => {
    const dom = new JSDOM(html, { url, virtualConsole: new VirtualConsole() })
    const article = new Readability(dom.window.document).parse()
    dom.window.close()
    return article?.textContent
  },
}

const { values } = parseArgs({
  options: {
    data: { type: 'string', default: '../shared/data' },
    rounds: { type: 'string', default: '3' },
    contender: { type: 'string' },
  },
})

if (values.contender) process.send?.(run(values.contender))
else await compare(Number(values.rounds))

function run(name: string): Run {
  const read = CONTENDERS[name]
  if (!read) throw new Error(`no contender ${name}`)
  const pages = readMarkedPages(values.data)
  const pass = () => {
    for (const { html, url } of pages) read(html, url)
  }
  pass()
  const [start, cpu] = [performance.now(), process.cpuUsage()]
  pass()
  const { user, system } = process.cpuUsage(cpu)
  return {
    perSecond: pages.length / ((performance.now() - start) / 1_000),
    perCpuSecond: pages.length / ((user + system) / 1_000_000),
    peakMb: process.resourceUsage().maxRSS / 1_024,
  }
}

async function compare(rounds: number): Promise<void> {
  const names = Object.keys(CONTENDERS)
  const runs = new Map<string, Run[]>(names.map((name) => [name, []]))
  for (let round = 0; round < rounds; round++)
    for (const name of names) runs.get(name)?.push(await runApart(name))
  const rows = names.map((name) => ({ name, ...middle(runs.get(name) ?? []) }))
  for (const { name, perSecond, perCpuSecond, peakMb } of rows)
    console.log(
      `${name.padEnd(20)} ${perSecond.toFixed(1)} pages/s  ${perCpuSecond.toFixed(1)} per second of processor  peak ${peakMb.toFixed(0)} MB`,
    )
  const [ours, theirs] = rows
  if (ours && theirs)
    console.log(
      `ratio ${(ours.perSecond / theirs.perSecond).toFixed(2)} by the clock, ${(ours.perCpuSecond / theirs.perCpuSecond).toFixed(2)} by the processor`,
    )
}

async function runApart(name: string): Promise<Run> {
  const child = fork(import.meta.filename, ['--data', values.data, '--contender', name])
  const [message] = (await once(child, 'message')) as [Run]
  await once(child, 'exit')
  return message
}

function middle(runs: readonly Run[]): Run {
  const median = (field: keyof Run) =>
    runs.map((one) => one[field]).sort((a, b) => a - b)[Math.floor(runs.length / 2)] ?? Number.NaN
  return {
    perSecond: median('perSecond'),
    perCpuSecond: median('perCpuSecond'),
    peakMb: median('peakMb'),
  }
}
