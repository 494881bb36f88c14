import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'

/** A page of scrapinghub's article-extraction-benchmark, with the text a person marked. */
export type MarkedPage = {
  readonly id: string
  readonly url: string
  readonly html: string
  readonly articleBody: string
}

type Truth = Readonly<Record<string, { readonly articleBody: string; readonly url: string }>>

/** Every page of `DATA/pages`, read in place. */
export function readMarkedPages(data: string): MarkedPage[] {
  const folder = mkdtempSync(join(tmpdir(), 'dose-pages-'))
  const archive = join(data, 'pages/article-extraction-benchmark.tar.gz')
  try {
    execFileSync('tar', ['xzf', archive, '-C', folder])
    const truth = JSON.parse(readFileSync(join(folder, 'ground-truth.json'), 'utf8')) as Truth
    return Object.entries(truth).map(([id, page]) => {
      const html = gunzipSync(readFileSync(join(folder, 'html', `${id}.html.gz`))).toString()
      return { id, html, ...page }
    })
  } finally {
    rmSync(folder, { recursive: true })
  }
}
