import { createHash } from 'node:crypto'
import { DoseError } from '../errors.ts'
import type { HttpResult } from '../io/http.ts'
import type { Reading } from '../store/documents.ts'
import type { Source } from '../store/sources.ts'
import { ask, askedOf } from './ask.ts'
import { readList } from './read-list.ts'
import type { StageContext } from './stage.ts'
import { brokenOff, NO_COST, type Visit, visitOf } from './visit.ts'
import { noteHub } from './websub.ts'

/** Asks a feed or a list for what is new and stores it. A host that cannot be read is an outcome. */
export async function readFeed(source: Source, context: StageContext): Promise<Visit> {
  const { store, clock, http, signal, queues } = context
  const { list_rules: rules } = source
  const { etag, last_modified: lastModified } = source
  const conditional = etag !== null || lastModified !== null
  const asked = await askedOf(source, context)
  const began = performance.now()
  try {
    const result = await ask(asked, http, {
      validators: { etag, lastModified },
      // Whoever still waits in line when the worker stops leaves it, to be tried again.
      signal: AbortSignal.any([signal, queues.stopping]),
    })
    if (result.kind === 'fetched') {
      const reading = rules
        ? await readList({ ...asked, rules }, result, context)
        : readingOf(result)
      // Named by its first URL: a source that moves keeps its document.
      const ref = source.ref ?? source.url
      await store.documents.put(source.id, [{ ...reading, ref }], clock.now())
      await noteHub(source, result.links, context)
    }
    return visitOf(result, source.url, conditional)
  } catch (error) {
    if (!(error instanceof DoseError)) throw error
    const ms = Math.round(performance.now() - began)
    const answer = error.code === 'SOURCE_UNREACHABLE' ? 'unreachable' : 'refused'
    const told = { asked: source.url, conditional, cameFrom: null, note: error.message }
    return brokenOff(error.message, { ...NO_COST, ...told, answer, ms })
  }
}

function readingOf(result: HttpResult & { kind: 'fetched' }): Omit<Reading, 'ref'> {
  const { url, contentType, bytes } = result
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  return { url, contentType, bytes, sha256 }
}
