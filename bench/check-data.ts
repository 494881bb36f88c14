import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'

/**
 * `npm run check:data -- --data PATH [--kills N] [--only verbatim]`: what must hold on real material, run by hand.
 * Prints one line a check with its figures; ends with 1 when one did not hold.
 */
const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    kills: { type: 'string', default: '5' },
    only: { type: 'string' },
  },
})
const data = values.data
if (!data) {
  console.error('usage: npm run check:data -- --data PATH [--kills N]')
  process.exit(2)
}

const ROOT = join(import.meta.dirname, '..')
const work = mkdtempSync(join(tmpdir(), 'dose-check-'))
let failures = 0

function check(name: string, holds: boolean, figures: unknown): void {
  if (!holds) failures++
  console.log(`${holds ? 'ok  ' : 'FAIL'}  ${name}  ${JSON.stringify(figures)}`)
}

const environment = (dir: string) => ({ ...process.env, DATA_DIR: dir, LOG_LEVEL: 'error' })

/** Runs the command line on a folder of its own; JSON lines, the exit code and stderr. */
function dose(dir: string, args: readonly string[], input?: string) {
  const { stdout, stderr, status } = spawnSync(join(ROOT, 'bin/dose'), ['--json', ...args], {
    env: environment(dir),
    encoding: 'utf8',
    input,
    maxBuffer: 1_000_000_000,
  })
  const lines = stdout.split('\n').filter(Boolean)
  return { rows: lines.map((line) => JSON.parse(line)), stderr, status }
}

// --- the five seeds

function checkSeeds(): void {
  const folder = join(work, 'seeds')
  mkdirSync(folder)
  for (const name of readdirSync(join(data as string, 'seeds')))
    copyFileSync(join(data as string, 'seeds', name), join(folder, name))
  const dir = join(work, 'seed-data')
  dose(dir, ['source', 'add', folder])
  dose(dir, ['digest', 'add', 'Seeds', '--schedule', '0 7 * * *', '--tz', 'UTC'])
  const today = new Date().toISOString().slice(0, 10)
  const told = new Map<string, string>()
  const files = readdirSync(folder).map((name) => join(folder, name))
  const texts = new Map<string, string>()
  for (const { url, canonicalUrl, text } of dose(dir, ['filter', 'frontmatter', ...files]).rows)
    for (const address of [url, canonicalUrl]) texts.set(address, text)
  let sentences = 0
  let unresolved = 0
  let text = ''
  for (const date of ['2022-07-19', '2023-10-17', today]) {
    const { rows } = dose(dir, ['digest', 'run', 'Seeds', '--date', date, '--wait'])
    const edition = dose(dir, ['edition', 'show', rows.at(-1)?.editionId ?? ''])
    for (const card of edition.rows.filter((row) => row.storyId)) {
      text += JSON.stringify(card)
      for (const source of card.citations) told.set(source.url, date)
      for (const { text: told, start, end, cites } of card.sentences) {
        const source = card.citations.find(({ n }: { n: number }) => n === cites)
        sentences++
        if (texts.get(source?.url)?.slice(start, end) !== told) unresolved++
      }
    }
  }
  const missing = readdirSync(folder).filter((name) => {
    const steps = dose(dir, ['article', 'why', join(folder, name)]).rows
    return !steps.some(({ step, outcome }) => step.startsWith('edition') && outcome !== 'none')
  })
  check('seeds: each is in the edition of its date', missing.length === 0, {
    told: told.size,
    missing,
  })
  const stains = [
    'â€',
    'Leave a Comment',
    '![]',
    'secured',
    'wYGY7n',
    '0w/g+X',
    ' 1 .',
    'Instagram logo',
  ]
  const found = stains.filter((stain) => text.includes(stain))
  check('seeds: nothing in an edition that does not belong there', found.length === 0, { found })
  check('seeds: every sentence is at its place in its source', sentences > 0 && unresolved === 0, {
    sentences,
    unresolved,
  })
  check('seeds: doesn’t is repaired', text.includes('doesn’t fail AI'), {})
}

// --- 1,500 front-matter files, and kill -9 in the middle

type Outcome = {
  counts: Record<string, number>
  articles: number
  stories: number
  doubled: number
  fingerprint: string
  seconds: number
  peakMb: number
  loopDelayP99Ms: number
}

/** Opening a folder takes this long before anything is read. */
const START_MS = 1_500

const ingest = join(import.meta.dirname, 'check/ingest.ts')
const runIngest = (dir: string, folder: string): Outcome =>
  JSON.parse(
    execFileSync(process.execPath, [ingest, folder], { env: environment(dir), encoding: 'utf8' }),
  )

async function killIngest(dir: string, folder: string, afterMs: number): Promise<boolean> {
  const child = spawn(process.execPath, [ingest, folder], {
    env: environment(dir),
    stdio: 'ignore',
  })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const done = await Promise.race([sleep(afterMs).then(() => false), ended.then(() => true)])
  child.kill('SIGKILL')
  await ended
  return !done
}

async function checkFrontMatter(kills: number): Promise<void> {
  const folder = join(work, 'frontmatter')
  mkdirSync(folder)
  execFileSync('tar', [
    'xzf',
    join(data as string, 'frontmatter/everyday-azure.tar.gz'),
    '-C',
    folder,
  ])
  const news = join(folder, '_news')
  const files = readdirSync(news).length
  const dir = join(work, 'frontmatter-data')
  const first = runIngest(dir, news)
  const sum = Object.values(first.counts).reduce((total, n) => total + n, 0)
  check(`front matter: all ${files} files accounted for`, sum === files, first)
  const rate = Math.round(files / first.seconds)
  check('front matter: main-loop delay p99 ≤ 50 ms', first.loopDelayP99Ms <= 50, {
    filesPerSecond: rate,
  })
  const again = runIngest(dir, news)
  const same = (a: Outcome, b: Outcome) =>
    JSON.stringify([a.counts, a.articles, a.fingerprint]) ===
    JSON.stringify([b.counts, b.articles, b.fingerprint])
  check('front matter: a second run changes nothing', same(first, again), again.counts)

  const killed = join(work, 'killed-data')
  const moments: number[] = []
  for (let i = 0; i < kills; i++) {
    // What a killed run had done stays done, so each is given its share of the work, a bit more every time.
    const afterMs = Math.round(
      ((first.seconds * 1_000) / (kills + 2)) * (0.5 + i / kills) + START_MS,
    )
    if (await killIngest(killed, news, afterMs)) moments.push(afterMs)
  }
  const after = runIngest(killed, news)
  check(
    `front matter: killed ${moments.length} times, the same in the end`,
    moments.length === kills && same(first, after) && after.doubled === 0,
    {
      moments,
      ...after,
    },
  )
}

// --- a thousand records through each filter

function checkFilters(): void {
  const gz = (path: string) =>
    execFileSync('gzip', ['-dc', join(data as string, path)], {
      encoding: 'utf8',
      maxBuffer: 1_000_000_000,
    })
  const articles = gz('stream/articles-12k.jsonl.gz').split('\n').slice(0, 1_000)
  const sets = gz('summaries/cnndm.dev.jsonl.gz').split('\n').filter(Boolean)
  const thousand = [...sets, ...sets].slice(0, 1_000)
  const pages = execFileSync(
    'tar',
    [
      'xzOf',
      join(data as string, 'pages/article-extraction-benchmark.tar.gz'),
      '--wildcards',
      '*ground-truth.json',
    ],
    {
      encoding: 'utf8',
      maxBuffer: 1_000_000_000,
    },
  )
  const html = Object.values(JSON.parse(pages) as Record<string, { articleBody: string }>).map(
    ({ articleBody }, i) =>
      JSON.stringify({
        url: `https://site.example/${i}`,
        html: `<article><h1>t</h1><p>${articleBody.replaceAll('\n', '</p><p>')}</p></article>`,
      }),
  )
  const manyPages = Array.from({ length: 1_000 }, (_, i) => html[i % html.length] as string)
  for (const [name, lines] of [
    ['score', articles],
    ['summarise', thousand],
    ['cluster', articles],
    ['extract', manyPages],
  ] as const) {
    const start = performance.now()
    const { rows, status } = dose(work, ['filter', name], `${lines.join('\n')}\n`)
    const seconds = Number(((performance.now() - start) / 1_000).toFixed(1))
    check(
      `filter ${name}: 1,000 records in, 1,000 out`,
      rows.length === lines.length && status === 0,
      { seconds },
    )
  }
  const news = join(work, 'frontmatter/_news')
  const files = readdirSync(news)
    .slice(0, 1_000)
    .map((name) => join(news, name))
  const front = dose(work, ['filter', 'frontmatter', ...files])
  check(
    'filter frontmatter: 1,000 files',
    front.rows.length === 1_000 && !front.rows.some((row) => 'secured' in row),
    {},
  )
  execFileSync('tar', ['xzf', join(data as string, 'feeds/feedjira-samples.tar.gz'), '-C', work])
  const feeds = execFileSync('find', [work, '-name', '*.xml', '-size', '-2000k'], {
    encoding: 'utf8',
  })
    .split('\n')
    .filter(Boolean)
  const fed = dose(work, ['filter', 'feed', ...feeds])
  check('filter feed: the rest goes on after one that is none', fed.rows.length > 0, {
    feeds: fed.rows.length,
    of: feeds.length,
    exit: fed.status,
  })
  const broken = dose(work, ['filter', 'score'], '{"title":"a"}\nnot json\n{"title":"b"}\n')
  check(
    'filter: a bad line is named and the rest goes on',
    broken.rows.length === 2 && broken.status === 1 && /2/.test(broken.stderr),
    {},
  )
}

// --- every article of the stream, alone and in threes

type Doc = { readonly title: string; readonly text: string; readonly source: string }

function checkVerbatim(): void {
  const stream = execFileSync(
    'gzip',
    ['-dc', join(data as string, 'stream/articles-12k.jsonl.gz')],
    {
      encoding: 'utf8',
      maxBuffer: 1_000_000_000,
    },
  )
  const articles = stream
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Doc)
  const alone = articles.map((doc) => [doc])
  const threes = articles.map((_, i) => articles.slice(i, i + 3)).filter((_, i) => i % 3 === 0)
  const sets = [...alone, ...threes]
  const lines = sets.map((docs, id) => JSON.stringify({ id, docs }))
  const { rows } = dose(work, ['filter', 'summarise'], `${lines.join('\n')}\n`)
  const sentences = rows.flatMap((row) =>
    (row.sentences as { text: string; doc: number; start: number; end: number }[]).map((one) => {
      return { ...one, source: sets[row.id as number]?.[one.doc]?.text ?? '' }
    }),
  )
  const astray = sentences.filter(
    ({ text, start, end, source }) => source.slice(start, end) !== text,
  )
  const silent = rows.filter((row) => row.sentences.length === 0).length
  check(
    `stream: every sentence of ${articles.length} articles is at its place in its text`,
    rows.length === sets.length && sentences.length > 0 && astray.length === 0,
    { summaries: rows.length, sentences: sentences.length, astray: astray.length, silent },
  )
}

try {
  checkVerbatim()
  if (values.only !== 'verbatim') {
    checkSeeds()
    await checkFrontMatter(Number(values.kills))
    checkFilters()
  }
} finally {
  rmSync(work, { recursive: true, force: true })
}
console.log(failures === 0 ? 'all held' : `${failures} did not hold`)
process.exitCode = failures === 0 ? 0 : 1
