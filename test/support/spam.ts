import { execFile } from 'node:child_process'
import { findPrograms } from '../setups/programs.ts'

const OUTPUT_BYTES_MAX = 10_000_000

export type Spam = { readonly score: number; readonly rules: readonly string[] }

/**
 * What SpamAssassin thinks of a mail by the rules it brings along; it asks nobody. That the mail came from
 * this very machine does not speak for it.
 */
export async function scoreSpam(raw: string): Promise<Spam> {
  const { spamassassin } = findPrograms()
  if (!spamassassin) throw new Error('SpamAssassin is not on this machine.')
  const judged = await new Promise<string>((resolve, reject) => {
    const child = execFile(
      spamassassin,
      ['--local', '--nocreate-prefs', '--test-mode', '--cf=score ALL_TRUSTED 0'],
      { maxBuffer: OUTPUT_BYTES_MAX },
      (error, stdout) => (error ? reject(error) : resolve(stdout)),
    )
    child.stdin?.end(raw)
  })
  const status = /^X-Spam-Status: (?:.|[\r\n]+[ \t])*/m.exec(judged)?.[0].replace(/\s+/g, ' ') ?? ''
  const [, score = 'NaN'] = /score=(-?[\d.]+)/.exec(status) ?? []
  const [, rules = ''] = /tests=([\w, ]*?)(?: \w+=|$)/.exec(status) ?? []
  return { score: Number(score), rules: rules.split(/[ ,]+/).filter(Boolean) }
}
