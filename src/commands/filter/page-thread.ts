import { parentPort } from 'node:worker_threads'
import { readPage } from '../../article/page.ts'

/** Reads pages in a thread of its own, so that a page which takes too long can be given up. */
parentPort?.on('message', ({ html, url }: { html: string; url: string | null }) => {
  try {
    parentPort?.postMessage({ page: readPage(html, url) })
  } catch (error) {
    parentPort?.postMessage({ error: error instanceof Error ? error.message : String(error) })
  }
})
parentPort?.postMessage('ready')
