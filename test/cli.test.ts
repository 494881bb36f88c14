import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'

test.each(['digest brand', 'article push', 'source remove'])(
  'dose %s offers no option for what the command line fills in itself',
  (name) => {
    const args = ['bin/dose', ...name.split(' '), '--help']
    const help = execFileSync(process.execPath, args, { encoding: 'utf8' })
    expect(help).toContain('Usage: dose')
    expect(help).not.toMatch(/by the command\s+line/)
  },
)
