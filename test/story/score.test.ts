import { describe, expect, test } from 'vitest'
import { type Scorable, scoreArticle } from '../../src/story/score.ts'

const paragraph = (n: number) =>
  `Engineers in ward ${n} replaced the bearings and tested gate ${n * 7} for ${n + 3} nights before the council let buses number ${n + 40} back across the river.`
const report: Scorable = {
  title: 'Harbour bridge reopens to traffic after repairs',
  text: Array.from({ length: 20 }, (_, n) => paragraph(n)).join('\n\n'),
  author: 'Ada Lind',
  publishedAt: '2026-11-20T06:00:00.000Z',
  images: [{ url: 'https://orbit.example/bridge.jpg' }],
}
const part = (input: Scorable, name: string) =>
  scoreArticle(input).parts.find((found) => found.name === name)?.value ?? 0

describe('scoreArticle', () => {
  test('a full report scores high, a bare title low', () => {
    expect(scoreArticle(report).total).toBeGreaterThan(80)
    expect(scoreArticle({ title: 'Harbour bridge reopens to traffic' }).total).toBeLessThan(30)
  })

  test('a title of megabytes is scored by its beginning', () => {
    const title = 'A'.repeat(10_000_000)
    expect(scoreArticle({ title })).toEqual(scoreArticle({ title: title.slice(0, 500) }))
  })

  test.each<{ name: string; worse: Scorable }>([
    { name: 'no author', worse: { ...report, author: null } },
    { name: 'no date', worse: { ...report, publishedAt: null } },
    { name: 'a date that is only the first sight', worse: { ...report, undated: true } },
    { name: 'no picture', worse: { ...report, images: [] } },
    { name: 'little text', worse: { ...report, text: paragraph(1) } },
    { name: 'a source of little authority', worse: { ...report, authority: 20 } },
    { name: 'a view', worse: { ...report, url: 'https://orbit.example/opinion/bridge' } },
    { name: 'a copy', worse: { ...report, duplicateOf: 'a1' } },
    { name: 'a press release', worse: { ...report, text: `OSLO (GlobeNewswire) ${report.text}` } },
    {
      name: 'the same line over and over',
      worse: { ...report, text: `${paragraph(1)}\n\n`.repeat(20) },
    },
  ])('$name costs points', ({ worse }) => {
    expect(scoreArticle(worse).total).toBeLessThan(scoreArticle(report).total)
  })

  test.each([
    'You won’t believe what this bridge did',
    '17 reasons to love the new bridge',
    'Is the harbour bridge safe again?',
    'Harbour bridge reopens at last!!!',
    'HARBOUR BRIDGE REOPENS TO TRAFFIC',
  ])('bait: %s', (title) => {
    expect(part({ ...report, title }, 'bait')).toBeLessThan(0)
  })

  test.each([
    'NASA and the ECB open a joint office in Oslo',
    'Council lets 9 buses cross the harbour bridge',
    'OpenAI releases GPT-5 to developers',
  ])('no bait: %s', (title) => {
    expect(part({ ...report, title }, 'bait')).toBe(0)
  })

  test.each([
    {
      name: 'market research',
      given: { title: 'Bridge Bearing Market Size to Grow at a CAGR of 7%, 2026-2033' },
    },
    { name: 'a wall', given: { text: 'The bridge opened. Subscribe to continue reading.' } },
    {
      name: 'advertising',
      given: { title: 'Best deals: 40% off bridge tickets with this promo code' },
    },
  ])('junk: $name', ({ given }) => {
    expect(part({ ...report, ...given }, 'junk')).toBeLessThan(-10)
  })

  test.each([
    { rule: 'market research', title: 'Pet Grooming Market Size 2026: Key Players and Outlook' },
    {
      rule: 'market research',
      title: 'Buoy Lamp Market Is Booming Worldwide | Lumen, Brightwater',
    },
    { rule: 'sponsored', title: '[Sponsored] Five evenings at the harbour' },
    { rule: 'offer', title: 'Save 40% off this harbour photography course' },
    { rule: 'offer', title: 'Prime Day deals: the lamps worth having' },
    { rule: 'webinar', title: 'Webinar: how ports plan for low water' },
    { rule: 'music video', title: 'The Skerries – Low Water (Official Music Video)' },
    { rule: 'share tip', title: 'Brightwater price target raised to 40 crowns' },
    {
      rule: 'law firm call',
      title: 'SHAREHOLDER ALERT: Lind & Marrow LLP reminds Brightwater investors',
    },
    { rule: 'exam dumps', title: 'Harbour Pilot Exam Dumps [2026] with Answers' },
    { rule: 'game of chance', title: 'Ten online casinos with free spins' },
    { rule: 'remedy', title: 'Kelp Keto Gummies Reviews: scam or legit' },
    { rule: 'life of a star', title: 'Ida Marrow net worth, age and family' },
    { rule: 'job ad', title: 'Harbour pilot (m/f/d) in Northquay' },
    { rule: 'listing of a broadcast', title: 'How to watch Rovers v Athletic: TV channel, time' },
    { rule: 'filler', title: 'Your horoscope for Friday' },
    { rule: 'filler', title: 'Powerball winning numbers for Saturday' },
  ])('junk is flagged with its rule: $rule, "$title"', ({ rule, title }) => {
    const found = scoreArticle({ ...report, title }).parts.find(({ name }) => name === 'junk')
    expect(found?.value).toBeLessThan(0)
    expect(found?.note).toContain(rule)
  })

  test.each([
    'Job openings rise in January as hiring slows',
    'Brightwater loses market share in the coast provinces',
    'Central bank sees the housing market cooling by spring',
    'Council urges shareholders to reject the harbour bid',
    'Court rules on coupons for school meals',
    'Minister quits after watching the debate live',
    'Official video shows the collapse of the pier',
    'Lottery winner gives half to the lifeboats',
    'Port takes 30 % of the traffic off the road',
  ])('real news is none: %s', (title) => {
    expect(part({ ...report, title }, 'junk')).toBe(0)
  })

  test('a pitch at the end of a text that is read whole is no wall', () => {
    const text = `${report.text}\n\nAlready a subscriber? Use this promo code.`
    expect(part({ ...report, text }, 'junk')).toBe(0)
    expect(part({ ...report, text: 'The bridge opened. Sign in to read.' }, 'junk')).toBeLessThan(0)
  })

  test('the parts add up for anything, between 0 and 100, with two decimals', () => {
    const odd: Scorable[] = [
      {},
      { title: '', text: '' },
      { title: 'x'.repeat(100_000) },
      { title: null, text: 'a '.repeat(200_000) },
      { title: 'Market size!! 5 tricks you won’t believe… CAGR promo code', text: 'horoscope' },
      { title: 'A', authority: 1e9 },
      { title: 'A', authority: Number.NaN },
      { ...report, authority: 100 },
      report,
    ]
    for (const input of odd) {
      const { total, parts } = scoreArticle(input)
      const sum = parts.reduce((cents, found) => cents + Math.round(found.value * 100), 0)
      expect(sum).toBe(Math.round(total * 100))
      expect(total).toBeGreaterThanOrEqual(0)
      expect(total).toBeLessThanOrEqual(100)
      expect(total).toBe(Number(total.toFixed(2)))
    }
  })
})
