import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Digest } from '../../src/model.ts'
import { type RunReport, runDigest } from '../../src/workers/digest-run.ts'
import { startWorkers } from '../../src/workers/run.ts'
import type { TestApp } from './setup.ts'

/** One invented article as a front-matter file. */
export type Note = {
  readonly file: string
  readonly title: string
  readonly body: string
  readonly domain?: string
  /** ISO instant; none for an undated article. */
  readonly at?: string
  /** More front matter, as YAML lines. */
  readonly more?: string
  readonly path?: string
}

const BRIDGE = [
  'The Tarn bridge reopened on Monday after two years of repairs that cost 48 million crowns.',
  'Engineers replaced 312 cables and every bearing of the bridge, the road office said.',
  'Lorries heavier than 20 tonnes may cross from March, once the last load test is passed.',
]
const CHIP = [
  'Quillon Semiconductor began shipping its K9 accelerator to four data centres this week.',
  'The chip draws 340 watts and doubles the memory of its predecessor, the company said.',
  'Analysts expect 90,000 units to be sold before the end of the year.',
]

/** Three providers on a bridge, two on a chip, one alone, one withdrawn. */
export const NEWS: readonly Note[] = [
  note('bridge-1', 'Tarn bridge reopens after two years', BRIDGE, 'valley.example'),
  note(
    'bridge-2',
    'Tarn bridge open again after repairs',
    [
      'After two years of repairs the Tarn bridge carries traffic again since Monday.',
      'The repairs cost 48 million crowns, six million more than the council had planned.',
      'Cyclists have a lane of their own on the bridge for the first time.',
    ],
    'coast.example',
  ),
  note(
    'bridge-3',
    'Repaired Tarn bridge reopens to traffic',
    [
      'Traffic returned to the Tarn bridge on Monday, two years after it was closed for repairs.',
      'The road office replaced 312 cables of the bridge and all its bearings.',
    ],
    'hills.example',
  ),
  note('chip-1', 'Quillon ships K9 accelerator', CHIP, 'silicon.example'),
  note(
    'chip-2',
    'Quillon K9 accelerator reaches data centres',
    [
      'Four data centres have received the K9 accelerator of Quillon Semiconductor this week.',
      'Quillon says the K9 chip doubles memory while it draws 340 watts.',
    ],
    'coast.example',
  ),
  note(
    'otter',
    'Otters return to the lower Sael',
    ['Otters were seen on the lower Sael for the first time since 1974.'],
    'valley.example',
  ),
  {
    ...note(
      'secret',
      'Never released',
      ['This was never released to anybody at all.'],
      'valley.example',
    ),
    more: 'published: "false"',
  },
]

function note(file: string, title: string, sentences: readonly string[], domain: string): Note {
  return { file: `${file}.md`, title, body: sentences.join(' '), domain }
}

/** Writes notes into a new folder; `at` for those without a time of their own. */
export function newsFolder(notes: readonly Note[], at: string): string {
  const dir = mkdtempSync(join(tmpdir(), 'dose-news-'))
  for (const one of notes) writeNote(dir, one, at)
  return dir
}

export function writeNote(dir: string, one: Note, at: string): void {
  const { file, title, body, domain = 'valley.example', more = '' } = one
  const lines = [
    '---',
    `title: ${JSON.stringify(title)}`,
    `publishedDateTime: ${one.at ?? at}`,
    `webUrl: "https://${domain}/${file.replace(/\.md$/, '')}"`,
    `provider: { name: ${domain}, domain: ${domain} }`,
    'secured: "T3RoZXJzIG11c3Qgbm90IHJlYWQ="',
    ...(more ? [more] : []),
    '---',
    '',
    body,
    '',
  ]
  mkdirSync(dirname(join(dir, file)), { recursive: true })
  writeFileSync(join(dir, file), lines.join('\n'))
}

export async function addFolder(app: TestApp, dir: string): Promise<string> {
  const { store, clock } = app.deps
  const source = {
    kind: 'folder',
    url: dir,
    name: 'News',
    topics: [],
    intervalSeconds: 300,
  } as const
  return (await store.sources.add(source, clock.now())).id
}

export async function addDigest(app: TestApp, name = 'Morning'): Promise<Digest> {
  const { store, clock } = app.deps
  await store.digests.put({ name, schedule: '0 7 * * *', timeZone: 'UTC' }, clock.now())
  return (await store.digests.find(name)) as Digest
}

export async function addReaders(app: TestApp, digest: Digest, emails: readonly string[]) {
  const { store, clock } = app.deps
  for (const email of emails)
    await store.subscribers.enrol(
      digest.id,
      { email, emailKey: email, consent: 'in a test' },
      clock.now(),
    )
}

/** Runs the digest with this app's own workers. */
export function run(
  app: TestApp,
  digest: Digest,
  over: { date?: string; deliver?: boolean } = {},
): Promise<RunReport> {
  const { date = null, deliver = over.date === undefined } = over
  return runDigest({ digest, date, deliver }, app.deps, () => undefined)
}

/** An app with workers, a folder of news, a digest and readers. */
export async function publish(app: TestApp, notes: readonly Note[], emails: readonly string[]) {
  startWorkers(app.deps)
  const dir = newsFolder(
    notes,
    new Date(Date.parse(app.deps.clock.now()) - 3_600_000).toISOString(),
  )
  const sourceId = await addFolder(app, dir)
  const digest = await addDigest(app)
  await addReaders(app, digest, emails)
  return { dir, sourceId, digest }
}
