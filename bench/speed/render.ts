/**
 * Issues rendered a second, and messages made a second of them:
 *
 *     node bench/speed/render.ts [--readers 5000] [--choices 500]
 *
 * Ours selects an issue of the pool for each choice, renders it once, with styles put into the tags and
 * within what Gmail shows, and fills each reader's links in. The peer is what is usually written by hand:
 * Handlebars prints a template with the styles already in it for every reader, of an issue that is
 * already selected, and nodemailer's composer makes the same kind of message of it. Processor time of this
 * process, both by turns, so that what else goes on meets both; the median of the rounds after the first,
 * which compiles.
 */
import { parseArgs } from 'node:util'
import Handlebars from 'handlebars'
import MailComposer from 'nodemailer/lib/mail-composer'
import { readerLinks } from '../../src/delivery/links.ts'
import { buildMessage } from '../../src/delivery/message.ts'
import { selectPersonal } from '../../src/edition/issue.ts'
import { fillPersonal } from '../../src/edition/personal.ts'
import { createRenderer } from '../../src/edition/render.ts'
import { composeMime } from '../../src/io/mime.ts'
import { readTemplates } from '../../src/io/templates.ts'
import type { Edition, Issue, Rendered } from '../../src/model.ts'
import { makeEdition } from '../../test/support/edition.ts'
import { benchPool, topicsOf } from './choices.ts'

const ROUNDS = 5
const SIZE = 12
const SECRET = 'a secret that signs the links of a measure'
const FROM = { name: 'Morning Dose', address: 'dose@news.example' }

const { values } = parseArgs({
  options: {
    readers: { type: 'string', default: '5000' },
    choices: { type: 'string', default: '500' },
  },
})
const readers = Number(values.readers)
const choices = Number(values.choices)

const renderer = createRenderer(
  await readTemplates(new URL('../../src/templates', import.meta.url).pathname),
)
const edition: Edition = { ...makeEdition(), pool: benchPool() }

function selectOurs(n: number): Issue {
  const wanted = { topics: topicsOf(n, choices) }
  const issue = selectPersonal({ pools: [edition.pool], choices: wanted, heard: [], size: SIZE })
  if (!issue) throw new Error(`choice ${n} makes no issue`)
  return issue
}

const renderOurs = (n: number): Rendered =>
  renderer.mail({ edition, issue: selectOurs(n), postal: '4 Quay Street' })

async function sendOurs(): Promise<number> {
  const issues = Array.from({ length: choices }, (_, n) => renderOurs(n))
  let bytes = 0
  for (let n = 0; n < readers; n++) {
    const links = readerLinks('https://news.example', SECRET, edition.id, `reader-${n}`)
    const address = `r${n}@reader.example`
    const reason = 'You get Bench because you signed up: in a measure.'
    const message = buildMessage({
      rendered: fillPersonal(issues[n % choices] as Rendered, { ...links, address, reason }),
      ...{ editionId: edition.id, deliveryId: `delivery-${n}`, subscriptionId: `reader-${n}` },
      digest: { name: 'Bench', slug: 'Bench' },
      from: FROM,
      to: { name: '', address },
      unsubscribeUrl: links.unsubscribeUrl,
      date: '2026-11-20T06:00:00.000Z',
    })
    bytes += composeMime(message).length
  }
  return bytes
}

const TEXT_STYLE = 'margin:0 0 8px;font-size:16px;line-height:25px;color:#23201c'
const META_STYLE = 'margin:0;font-size:13px;line-height:20px;color:#6b645a'
const STORY = `<tr><td style="padding:18px 0 24px"><h3 style="margin:0 0 8px;font:bold 22px/1.22 Georgia,serif">
<a href="{{citations.0.url}}" style="color:#23201c;text-decoration:none">{{headline}}</a></h3>
<p style="${TEXT_STYLE}">{{#each sentences}}{{text}} <a href="{{link}}" style="color:#a3301c">[{{cites}}]</a> {{/each}}</p>
<p style="${META_STYLE}">{{#each citations}}{{n}} <a href="{{url}}" style="color:#6b645a">{{provider.name}}</a> {{/each}}</p>
<p style="${META_STYLE}"><a href="{{@root.link}}/more/{{storyId}}" style="color:#6b645a">More like this</a> ·
<a href="{{@root.link}}/less/{{storyId}}" style="color:#6b645a">Less like this</a></p></td></tr>`
const printHtml =
  Handlebars.compile(`<!DOCTYPE html><html><body style="margin:0;background:#f3efe8">
<table role="presentation" width="640" align="center" style="background:#fffdf9">
<tr><td style="text-align:center"><h1 style="font:bold 42px/1.05 Georgia,serif">{{digest}}</h1></td></tr>
{{#with issue}}{{#with top}}${STORY}{{/with}}{{#each highlights}}${STORY}{{/each}}
{{#each sections}}<tr><td><h2>{{topic}}</h2></td></tr>{{#each cards}}${STORY}{{/each}}{{/each}}
{{#each quick}}<tr><td><h3><a href="{{citations.0.url}}">{{headline}}</a></h3></td></tr>{{/each}}{{/with}}
<tr><td style="${META_STYLE}">{{reason}} {{address}} <a href="{{link}}">Unsubscribe</a></td></tr></table></body></html>`)
const STORY_TEXT = `{{headline}}
{{citations.0.url}}
{{#each sentences}}
{{text}} [{{cites}}]
  {{link}}
{{/each}}
{{#each citations}}
  {{n}} {{provider.name}} {{url}}
{{/each}}
  More like this: {{@root.link}}/more/{{storyId}}
  Less like this: {{@root.link}}/less/{{storyId}}
`
const printText = Handlebars.compile(
  `{{digest}}
{{#with issue}}{{#with top}}${STORY_TEXT}{{/with}}{{#each highlights}}${STORY_TEXT}{{/each}}
{{#each sections}}{{topic}}
{{#each cards}}${STORY_TEXT}{{/each}}{{/each}}{{#each quick}}* {{headline}}
  {{citations.0.url}}
{{/each}}{{/with}}
{{reason}} {{address}} {{link}}`,
  { noEscape: true },
)

const selected = Array.from({ length: choices }, (_, n) => selectOurs(n))

function renderPeers(n: number) {
  const view = {
    issue: selected[n % choices],
    digest: 'Bench',
    reason: 'You get Bench because you signed up: in a measure.',
    address: `r${n}@reader.example`,
    link: `https://news.example/u/${'x'.repeat(100)}${n}`,
  }
  return { html: printHtml(view), text: printText(view), view }
}

async function sendPeers(): Promise<number> {
  let bytes = 0
  for (let n = 0; n < readers; n++) {
    const { html, text, view } = renderPeers(n)
    const composer = new MailComposer({
      ...{ from: FROM, to: view.address, subject: edition.subject, html, text },
      headers: { 'List-Unsubscribe': `<${view.link}>` },
      encoding: 'quoted-printable',
    })
    bytes += (await composer.compile().build()).length
  }
  return bytes
}

const renderAll = (render: (n: number) => { readonly html: string }) => async () => {
  let bytes = 0
  for (let n = 0; n < choices; n++) bytes += render(n).html.length
  return bytes
}

type Speed = { readonly perSecond: number; readonly kilobytes: number }

type Side = () => Promise<number>

/** Items a second of processor, and what one weighs, of two sides that take turns. */
async function measure(items: number, sides: readonly [Side, Side]): Promise<[Speed, Speed]> {
  const seconds: [number[], number[]] = [[], []]
  const bytes = [0, 0]
  for (let round = 0; round <= ROUNDS; round++)
    for (const [n, run] of sides.entries()) {
      const started = process.cpuUsage()
      bytes[n] = await run()
      const { user, system } = process.cpuUsage(started)
      if (round > 0) seconds[n as 0 | 1].push((user + system) / 1_000_000)
    }
  const speed = (n: 0 | 1): Speed => {
    const sorted = seconds[n].toSorted((a, b) => a - b)
    const middle = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
    return { perSecond: items / middle, kilobytes: (bytes[n] ?? 0) / items / 1_000 }
  }
  return [speed(0), speed(1)]
}

function tell(what: string, [ours, peer]: readonly [Speed, Speed]): void {
  const line = ({ perSecond, kilobytes }: Speed) =>
    `${perSecond.toFixed(0)}/s of ${kilobytes.toFixed(0)} KB`
  console.log(
    `${what.padEnd(9)} daily-dose ${line(ours)}, nodemailer + handlebars ${line(peer)}, ratio ${(ours.perSecond / peer.perSecond).toFixed(2)}`,
  )
}

console.log(`${readers} readers, ${choices} choices, ${SIZE} stories`)
tell('issues', await measure(choices, [renderAll(renderOurs), renderAll(renderPeers)]))
tell('messages', await measure(readers, [sendOurs, sendPeers]))
