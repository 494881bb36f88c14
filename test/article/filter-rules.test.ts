import { describe, expect, test } from 'vitest'
import { type Filterable, faultOfRule, filterReason } from '../../src/article/filter-rules.ts'
import type { FilterRule } from '../../src/model.ts'

const article: Filterable = {
  title: 'Café owners invited to a free Webinar on Ferry Timetables',
  url: 'https://harbour-post.example/sponsored/2026/ferries?id=7',
  author: 'Ada Lind',
  topics: ['Transport', 'Öffentlicher Verkehr'],
  excerpt: 'A free hour online.',
  text: 'The ferry company explains its new timetable. 港湾局が新しい時刻表を発表した。',
}
const block = (rule: string, of = 'its source'): FilterRule => ({ action: 'block', rule, of })
const keep = (rule: string, of = 'its source'): FilterRule => ({ action: 'keep', rule, of })
const isBlockedBy = (rule: string) => filterReason(article, [block(rule)]) !== null

describe('rules', () => {
  test.each([
    'title: webinar',
    'TITLE: CAFE owners',
    'title: ferry time*',
    'url: sponsored',
    'url: /sponsored\\/\\d{4}/',
    'author: ada lind',
    'category: offentlicher verkehr',
    'text: new timetable',
    'text: free hour',
    'text: 時刻表',
    'title: /WEBINAR on (ferry|bus)/',
    'title: /^cafe\\b/',
    'text: /[A-F]erry|ferr[y]/',
  ])('%s is met', (rule) => expect(isBlockedBy(rule)).toBe(true))

  test.each([
    'title: web',
    'title: ferries',
    'title: webinar free',
    'author: lin',
    'category: transport verkehr',
    'text: webinar',
    'title: /^webinar/',
    'text: 駅',
  ])('%s is not met', (rule) => expect(isBlockedBy(rule)).toBe(false))

  test.each([
    { rule: 'webinar', says: 'expected `title:`' },
    { rule: 'body: webinar', says: 'expected `title:`' },
    { rule: 'title:', says: 'expected `title:`' },
    { rule: 'title: …', says: 'no word' },
    { rule: 'title: web*nar', says: '* may only stand at the end' },
    { rule: 'title: /(a/', says: 'not closed' },
    { rule: 'title: /(?=a)/', says: 'refused' },
  ])('$rule will not do: $says', ({ rule, says }) => expect(faultOfRule(rule)).toContain(says))

  test('block goes before keep, and the rule and its place are named', () => {
    const rules = [keep('title: webinar'), block('title: webinar', 'config/filters.yaml')]
    expect(filterReason(article, rules)).toBe('blocked by `title: webinar` of config/filters.yaml')
  })

  test('one keep rule of a place is enough, but each place wants one', () => {
    expect(filterReason(article, [keep('title: bridge'), keep('title: ferry')])).toBeNull()
    const both = [keep('title: ferry'), keep('title: bridge', 'config/filters.yaml')]
    expect(filterReason(article, both)).toBe(
      'meets no rule of config/filters.yaml to keep it: `title: bridge`',
    )
    expect(filterReason(article, [])).toBeNull()
  })
})
