import { describe, expect, test } from 'vitest'
import { makePreheader, makeSubject } from '../../src/edition/subject.ts'
import type { Card, Issue } from '../../src/model.ts'
import { POOL } from '../support/edition.ts'

const issueOf = (...headlines: string[]): Issue => {
  const [top, ...rest] = headlines.map((headline) => ({ ...(POOL[0] as Card), headline }))
  return { top: top as Card, highlights: rest, sections: [], quick: [], count: headlines.length }
}

describe('makeSubject', () => {
  test.each([
    { headline: 'Ferry leaves', subject: 'Ferry leaves' },
    { headline: '  Ferry\n leaves\u0007 ', subject: 'Ferry leaves' },
    { headline: 'Ferry leaves.', subject: 'Ferry leaves' },
    { headline: 'Ferry arrives in the U.S.', subject: 'Ferry arrives in the U.S.' },
    {
      headline: 'Harbour tunnel opens after nine years — crossing time falls to six minutes',
      subject: 'Harbour tunnel opens after nine years',
    },
    {
      headline: 'Council decides to plant lindens along the whole of the old wall and the canal',
      subject: 'Council decides to plant lindens along the whole of the old…',
    },
    {
      headline: 'Storm leaves four villages without power overnight, and the roads blocked',
      subject: 'Storm leaves four villages without power overnight…',
    },
    {
      headline: 'The minister told reporters on Thursday that “nothing has been decided yet”',
      subject: 'The minister told reporters on Thursday…',
    },
  ])('$headline → $subject', ({ headline, subject }) => {
    expect(makeSubject(issueOf(headline))).toBe(subject)
    expect(subject.length).toBeLessThanOrEqual(60)
  })

  test('a subject of the last days is not used again while another headline can stand in', () => {
    const issue = issueOf('Ferry leaves', 'Rain falls')
    expect(makeSubject(issue, ['Ferry leaves'])).toBe('Rain falls')
    expect(makeSubject(issue, ['Ferry leaves', 'Rain falls'])).toBe('Ferry leaves')
  })

  test.each([
    { name: 'text without spaces', headline: '海港隧道今天早上四点正式通车'.repeat(8) },
    { name: 'one very long word', headline: 'x'.repeat(200) },
  ])('$name is cut, not dropped', ({ headline }) => {
    const subject = makeSubject(issueOf(headline))
    expect(headline.startsWith(subject.slice(0, -1))).toBe(true)
    expect(subject).toMatch(/^.{30,59}…$/)
  })
})

describe('makePreheader', () => {
  test.each([
    { name: 'one story has none', rest: [], line: '' },
    {
      name: 'two short ones',
      rest: ['Rain falls', 'Sun shines'],
      line: 'Plus: Rain falls; Sun shines',
    },
    {
      name: 'more are added until it fills the line',
      rest: [
        'Rain falls',
        'Sun shines',
        'Wind blows from the north-west',
        'Orchestra plays in the park',
        'Ignored',
      ],
      line: 'Plus: Rain falls; Sun shines; Wind blows from the north-west; Orchestra plays in the park',
    },
  ])('$name', ({ rest, line }) => {
    expect(makePreheader(issueOf('Top', ...rest))).toBe(line)
  })

  test('long ones are cut at 110 characters', () => {
    const line = makePreheader(issueOf('Top', ...POOL.slice(1, 4).map(({ headline }) => headline)))
    expect(line).toMatch(/^Plus: Rain fills .*[^\s,;]$/)
    expect(line.length).toBeLessThanOrEqual(110)
  })

  test('does not say again what the subject says, whichever story that names', () => {
    const issue = issueOf('Ferry leaves', 'Rain stays', 'Bridge opens')
    const subject = makeSubject(issue, ['Ferry leaves'])
    expect(subject).toBe('Rain stays')
    expect(makePreheader(issue, subject)).toBe('Plus: Ferry leaves; Bridge opens')
  })
})
