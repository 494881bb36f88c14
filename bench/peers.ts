import { createRequire } from 'node:module'

/** A summariser from npm: text and a number of sentences → what it makes of them. */
export type Peer = {
  readonly name: string
  readonly run: (text: string, sentences: number) => Promise<string[]>
}

type Summary = { readonly summary?: unknown }
type NodeSummarizer = {
  readonly SummarizerManager: new (
    text: string,
    sentences: number,
  ) => {
    getSummaryByFrequency(): Summary
    getSummaryByRank(): Promise<Summary>
  }
}
type Line = { readonly text?: unknown }
type LexRank = {
  summarize(
    text: string,
    sentences: number,
    done: (error: unknown, lines: readonly (readonly Line[])[] | readonly Line[]) => void,
  ): void
}

// Both packages are CommonJS without types. Each is loaded when it is first asked: `lexrank` replaces
// methods of strings and lists, and whatever runs beside it is slower.
const require = createRequire(import.meta.url)
const nodeSummarizer = () => require('node-summarizer') as NodeSummarizer
const lexRank = () => require('lexrank') as LexRank

const managerOf = (text: string, sentences: number) =>
  new (nodeSummarizer().SummarizerManager)(text, sentences)

/** Both give something else than text where a document is not to their liking. */
const given = (summary: unknown): string[] => (typeof summary === 'string' ? [summary] : [])

export const nodeSummarizerByFrequency: Peer = {
  name: 'node-summarizer (frequency)',
  run: async (text, sentences) => given(managerOf(text, sentences).getSummaryByFrequency().summary),
}

export const nodeSummarizerByRank: Peer = {
  name: 'node-summarizer (TextRank)',
  run: async (text, sentences) =>
    given((await managerOf(text, sentences).getSummaryByRank()).summary),
}

export const lexrankPackage: Peer = {
  name: 'lexrank',
  run: (text, sentences) =>
    new Promise((resolve, reject) => {
      lexRank().summarize(text, sentences, (error, lines) => {
        if (error) reject(error)
        else resolve(lines.flat().flatMap((line) => given(line.text)))
      })
    }),
}
