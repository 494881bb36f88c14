import { describe, expect, test } from 'vitest'
import { bareTitle, chooseHeadline } from '../../src/story/headline.ts'

describe('chooseHeadline', () => {
  test('of two that are as good the later one, since what the other tells may be over', () => {
    const [planned, done] = ['Council plans harbour bridge', 'Council opens harbour bridge']
    const chosen = (first: string, then: string) =>
      chooseHeadline([
        { title: first, publishedAt: '2026-11-20T01:00:00Z' },
        { title: then, publishedAt: '2026-11-20T21:00:00Z' },
      ]).title
    expect(chosen(planned, done)).toBe(done)
    expect(chosen(done, planned)).toBe(planned)
    expect(chooseHeadline([{ title: planned }, { title: done }]).title).toBe(planned)
  })

  test.each([
    {
      name: 'what the others say',
      titles: [
        'Town celebrates',
        'Harbour bridge reopens after repairs',
        'Harbour bridge reopens to traffic',
        'Bridge reopens',
      ],
      want: /^Harbour bridge reopens/,
    },
    {
      name: 'no bait',
      titles: [
        'You won’t believe why the harbour bridge reopens!',
        'Harbour bridge reopens after repairs',
      ],
      want: /after repairs$/,
    },
    {
      name: 'the brief of two',
      titles: [
        'Harbour bridge reopens after nine long months of repairs, engineers, councillors and drivers say on Monday morning',
        'Harbour bridge reopens after repairs',
      ],
      want: /after repairs$/,
    },
    {
      name: 'what happened before why',
      titles: ['Why the harbour bridge reopens', 'Harbour bridge reopens on Monday'],
      want: /on Monday$/,
    },
    {
      name: 'a report before a call',
      titles: ['This is our harbour bridge', 'Harbour bridge reopens on Monday'],
      want: /on Monday$/,
    },
    {
      name: 'what happened before a list',
      titles: ['Harbour bridge reopens: 6 takeaways', 'Harbour bridge reopens on Monday'],
      want: /on Monday$/,
    },
    {
      name: 'a report before shouting',
      titles: ['Harbour bridge REOPENS AGAIN Monday', 'Harbour bridge reopens again on Monday'],
      want: /again on Monday$/,
    },
    {
      name: 'who speaks before what is quoted',
      titles: ['‘At last’: harbour bridge reopens', 'Harbour bridge reopens at last'],
      want: /at last$/,
    },
    {
      name: 'what happened before a label',
      titles: ['The harbour bridge in February', 'Harbour bridge reopens in February'],
      want: /reopens in/,
    },
    {
      name: 'what happened before who is right',
      titles: [
        'The Harbour bridge was right to close',
        'Harbour bridge was told to close on Monday',
      ],
      want: /on Monday$/,
    },
    {
      name: 'what happened before an argument',
      titles: ['Harbour bridge toll, explained', 'Harbour bridge toll rises by a third'],
      want: /by a third$/,
    },
    {
      name: 'a plain word before a loud one',
      titles: [
        'Shameful harbour bridge toll is raised',
        'Harbour bridge toll is raised by a third',
      ],
      want: /by a third$/,
    },
    { name: 'the only one', titles: ['', 'Bridge!'], want: /^Bridge!$/ },
    { name: 'none', titles: ['', ' '], want: /^$/ },
  ])('$name', ({ titles, want }) => {
    const { index, title } = chooseHeadline(titles.map((title) => ({ title })))
    expect(title).toMatch(want)
    expect(index === -1 ? '' : titles[index]).toBe(title)
  })
})

describe('bareTitle', () => {
  test.each([
    {
      title: 'Harbour bridge reopens to traffic Listen· 5:29',
      provider: 'Daily Orbit',
      want: 'Harbour bridge reopens to traffic',
    },
    {
      title: 'Harbour bridge reopens - The Daily Orbit',
      provider: 'Daily Orbit',
      want: 'Harbour bridge reopens',
    },
    {
      title: 'Harbour bridge reopens — orbit.example',
      provider: 'Orbit',
      want: 'Harbour bridge reopens',
    },
    {
      title: 'Harbour bridge reopens | Orbit News',
      provider: undefined,
      want: 'Harbour bridge reopens | Orbit News',
    },
    {
      title: 'Harbour bridge reopens to traffic | Orbit News',
      provider: undefined,
      want: 'Harbour bridge reopens to traffic',
    },
    {
      title: 'Harbour bridge reopens - after nine months',
      provider: 'Orbit',
      want: 'Harbour bridge reopens - after nine months',
    },
    {
      title: 'Harbour bridge reopens to traffic : ONN',
      provider: 'ONN Online News',
      want: 'Harbour bridge reopens to traffic',
    },
    {
      title: 'Harbour bridge reopens to traffic - Ada Lind',
      provider: 'Orbit',
      author: 'Ada Lind',
      want: 'Harbour bridge reopens to traffic',
    },
    {
      title: 'BREAKING: Harbour bridge reopens to traffic',
      provider: 'Orbit',
      want: 'Harbour bridge reopens to traffic',
    },
    { title: 'Live: the bridge', provider: 'Orbit', want: 'Live: the bridge' },
    {
      title: 'A well-known bridge reopens',
      provider: 'known',
      want: 'A well-known bridge reopens',
    },
    { title: ' Harbour\n bridge  reopens ', provider: 'Orbit', want: 'Harbour bridge reopens' },
  ] as { title: string; provider?: string; author?: string; want: string }[])(
    '$title',
    ({ title, provider, author, want }) => {
      expect(bareTitle(title, provider, author)).toBe(want)
    },
  )
})
