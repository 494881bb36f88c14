import { expect, test } from 'vitest'
import type { RunRow } from '../../../src/store/run-list.ts'
import { treesOf, type WayNode } from '../../../src/web/dashboard/way.ts'
import { pipeline } from '../../../src/workers/pipeline.ts'

const run = (trace: string, stage: string, minute: number, attempt = 1) =>
  ({ trace, stage, attempt, startedAt: `2026-11-26T05:0${minute}:00.000Z` }) as RunRow

const drawn = (nodes: readonly WayNode[], indent = ''): string[] =>
  nodes.flatMap(({ run, children }) => [
    `${indent}${run.stage} ${run.attempt}`,
    ...drawn(children, `${indent}  `),
  ])

test('a fetch leads to a document, to the article, to the clusterer, to the story', () => {
  const runs = [
    run('a', 'summarise', 5),
    run('a', 'score', 3),
    run('a', 'fetch', 1),
    run('a', 'cluster', 4),
    run('a', 'ingest', 2, 2),
    run('a', 'ingest', 1, 1),
    run('a', 'page', 3),
  ]
  expect(drawn(treesOf(runs, pipeline))).toEqual([
    'fetch 1',
    '  ingest 1',
    '  ingest 2',
    '    page 1',
    '    score 1',
    '    cluster 1',
    '      summarise 1',
  ])
})

test('each trace is a tree of its own, the newest first', () => {
  const runs = [run('old', 'fetch', 1), run('new', 'page', 5), run('new', 'summarise', 6)]
  expect(drawn(treesOf(runs, pipeline))).toEqual(['page 1', '  summarise 1', 'fetch 1'])
})
