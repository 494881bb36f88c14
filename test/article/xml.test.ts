import { afterEach, expect, test, vi } from 'vitest'
import { hostileFeeds } from '../../bench/check/hostile-feeds.ts'
import { parseXml } from '../../src/article/xml.ts'

const SIZE = 100_000

afterEach(() => void vi.restoreAllMocks())

test.each(hostileFeeds(SIZE).filter(([name]) => /instructions|subsets|comments/.test(name)))(
  '%s: no part is searched again and again',
  (_, text) => {
    const search = vi.spyOn(String.prototype, 'indexOf')
    parseXml(text, null)
    const { calls, contexts, results } = search.mock
    vi.restoreAllMocks()
    const searched = calls.map(([, from = 0], i) => {
      const found = Number(results[i]?.value)
      return (found < 0 ? String(contexts[i]).length : found) - from
    })
    expect(searched.reduce((sum, n) => sum + n, 0)).toBeLessThan(10 * SIZE)
  },
)
