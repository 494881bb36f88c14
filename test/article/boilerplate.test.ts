import { describe, expect, test } from 'vitest'
import { dropBoilerplate } from '../../src/article/boilerplate.ts'

test('a sentence torn apart by link numbers comes out whole', () => {
  const torn = [
    'Tides turned the mill for a century',
    '1',
    '2',
    '.',
    'It stands idle now',
    '[3]',
    ', they say.',
  ]
  expect(dropBoilerplate(torn)).toEqual([
    'Tides turned the mill for a century.',
    'It stands idle now, they say.',
  ])
})

test('numbers in brackets behind words go, numbers of the story stay', () => {
  expect(dropBoilerplate(['It rose[1] by 12 per cent [2][3]. Then it fell [4]'])).toEqual([
    'It rose by 12 per cent. Then it fell',
  ])
  expect(dropBoilerplate(['In 2026 it was 400 [sic].'])).toEqual(['In 2026 it was 400 [sic].'])
})

describe('lines around an article', () => {
  const article = ['The mill stands at the weir.', 'It opened in 1820.']
  test.each([
    'Share',
    'Share this article on Facebook',
    'Tweet',
    'LinkedIn logo',
    'Leave a Comment',
    '12 Comments',
    'Read more',
    'Continue reading →',
    'Subscribe to our newsletter for weekly updates',
    'Sign up now',
    'Get the best stories delivered to your inbox',
    'We use cookies to improve your experience.',
    '3 Sources',
    '© 2026 Mill Media Ltd',
    'All rights reserved.',
    '![]()',
    '![A mill](https://img.example/a.jpg)',
    '[1]',
    'The post The mill appeared first on Mill Times.',
    'Advertisement',
    '* * *',
    '5 min read',
    'Related articles',
    'Related: The weir in winter',
    'Photo: Jo Reed / Getty Images',
    'By Jo Reed and Al Weir, Staff Writers',
    'Updated 1:39 am EST, Wednesday, November 20, 2026',
    '(Reporting by Jo Reed; Editing by Al Weir)',
    'Follow us on Twitter',
  ])('%s', (line) => {
    expect(dropBoilerplate([...article, line])).toEqual(article)
    expect(dropBoilerplate([line, ...article])).toEqual(article)
  })

  test.each([
    'She said readers would share this article on every wall in town.',
    'Sources close to the mill declined to comment.',
    'Subscribe or perish, the miller wrote in his diary of 1848, and few did either.',
    'The cookies were stale.',
    'Published in 1851, the novel sold badly at first.',
    'Heavy rain contributed to the floods.',
    'Millions follow the miller on Instagram.',
    'By Monday the river had risen by two metres.',
    'Related companies were not affected, the court found.',
    'More than half of the mills are gone.',
    'How the weir became an icon of the north',
    'Who wrote the comment remains unknown.',
  ])('kept: %s', (line) => expect(dropBoilerplate([...article, line])).toContain(line))
})

test('the box about the author ends with the article', () => {
  const text = [
    'The weir held.',
    'No one was hurt.',
    'river_desk',
    'Staff Reporter',
    'Weir Weekly',
    'Jo Reed is a staff writer who covers rivers.',
    'Leave a reply',
  ]
  expect(dropBoilerplate(text)).toEqual(['The weir held.', 'No one was hurt.'])
})

test('a news text about a writer is no box', () => {
  const text = [
    'The prize was given on Monday.',
    'Ana Ruiz is an author of nine novels, all of them set at sea.',
  ]
  expect(dropBoilerplate(text)).toEqual(text)
})

test('the footer goes with its pitch, the last sentence of the article stays', () => {
  const text = [
    'The weir held.',
    'Experts agree.',
    'Weir.example',
    'Your Weekly Dose of Water',
    'Don’t drown in reports. We filter the flood and summarize it.',
    '© 2026 Weir Ltd',
    'Instagram logo',
  ]
  expect(dropBoilerplate(text)).toEqual(['The weir held.', 'Experts agree.'])
})

test('hostile lines cost no time', () => {
  for (const line of [
    '1 '.repeat(5_000),
    '[1]'.repeat(5_000),
    '1'.repeat(10_000),
    'share '.repeat(40),
    '!['.repeat(5_000),
  ]) {
    dropBoilerplate([line, `${line}x`])
  }
})
