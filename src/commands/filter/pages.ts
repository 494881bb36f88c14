import { once } from 'node:events'
import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { Page } from '../../article/page.ts'

/** Memory that one page may take, in megabytes; beyond it the thread dies, and only it. */
const PAGE_MEMORY_MB = 512

export type PageReader = {
  /** Rejects for a page that cannot be read or takes too long; the next page is not affected. */
  readonly read: (html: string, url: string | null) => Promise<Page>
  readonly close: () => Promise<void>
}

type Answer = { readonly page: Page } | { readonly error: string }

/** Reads pages one after the other in a thread, which is replaced when a page gets stuck. */
export function createPageReader(timeoutMs: number): PageReader {
  let thread: Worker | null = null

  const discard = async () => {
    const stuck = thread
    thread = null
    await stuck?.terminate()
  }
  return {
    async read(html, url) {
      thread ??= await startThread()
      try {
        const answer = await ask(thread, { html, url }, timeoutMs)
        if ('page' in answer) return answer.page
        throw new Error(answer.error)
      } catch (error) {
        await discard()
        throw error
      }
    },
    close: discard,
  }
}

/** Loading takes longer than a page: it does not count against the first page's time. */
async function startThread(): Promise<Worker> {
  const file = new URL(`./page-thread${extname(import.meta.url)}`, import.meta.url)
  const thread = new Worker(file, { resourceLimits: { maxOldGenerationSizeMb: PAGE_MEMORY_MB } })
  await once(thread, 'message')
  return thread
}

function ask(thread: Worker, question: unknown, timeoutMs: number): Promise<Answer> {
  const settled = new AbortController()
  const limit = AbortSignal.any([settled.signal, AbortSignal.timeout(timeoutMs)])
  const answer = once(thread, 'message', { signal: limit }) as Promise<[Answer]>
  thread.postMessage(question)
  return answer.then(
    ([value]) => value,
    (error) => {
      throw limit.aborted ? new Error(`took longer than ${timeoutMs} ms`) : error
    },
  )
}
