import { availableParallelism } from 'node:os'
import type { Page } from '../../article/page.ts'
import { asString, type Context, type Input, readRecords } from './context.ts'
import { createPageReader, type PageReader } from './pages.ts'

type Pending = { readonly place: string; readonly page: Promise<Page | Error> }

/** `dose filter extract`: the article of each page, in input order, some pages at a time. */
export async function filterPages(context: Context): Promise<void> {
  const count = Math.min(4, availableParallelism())
  const readers = Array.from({ length: count }, () => createPageReader(context.options.timeoutMs))
  const pending: Pending[] = []
  let turn = 0
  try {
    for await (const input of readRecords(context)) {
      const reader = readers[turn++ % readers.length] as PageReader
      // Each reader takes every n-th page, so its page before this one is the oldest pending.
      if (pending.length >= readers.length && !(await print(pending.shift(), context))) return
      pending.push({ place: input.place, page: readPage(input, reader) })
    }
    for (const next of pending) if (!(await print(next, context))) return
  } finally {
    await Promise.all(readers.map((reader) => reader.close()))
  }
}

function readPage({ fields }: Input, reader: PageReader): Promise<Page | Error> {
  const { html } = fields
  if (typeof html !== 'string') return Promise.resolve(new Error('no html'))
  return reader.read(html, asString(fields.url)).catch((error: Error) => error)
}

async function print(next: Pending | undefined, { sink, fail }: Context): Promise<boolean> {
  const page = await next?.page
  if (next === undefined || page === undefined) return true
  if (page instanceof Error) {
    fail(next.place, page)
    return true
  }
  const { url, canonicalUrl, title, author, publishedAt, language, image, text, teaser } = page
  return sink.write({
    url,
    canonicalUrl,
    title,
    author,
    publishedAt,
    language,
    image,
    text,
    teaser,
  })
}
