import { readFileSync } from 'node:fs'
import matter from 'gray-matter'
import { describe, expect, test } from 'vitest'
import { type Taxonomy, tagTopics } from '../../src/story/topics.ts'

const file = readFileSync(new URL('../../config/topics.yaml', import.meta.url), 'utf8')
const taxonomy = matter(`---\n${file}\n---`).data as Taxonomy
const tag = (title: string, text = '', topics: string[] = []) =>
  tagTopics({ title, text, topics }, taxonomy)

describe('the default taxonomy', () => {
  test('is well formed: unique names, positive weights, phrases of up to four words', () => {
    const names = taxonomy.topics.map((topic) => topic.name)
    expect(new Set(names).size).toBe(names.length)
    for (const { match } of taxonomy.topics) {
      for (const [phrase, weight] of Object.entries(match)) {
        expect(weight).toBeGreaterThan(0)
        expect(phrase.split(/[\s-]+/).length).toBeLessThanOrEqual(4)
      }
    }
  })

  test.each([
    {
      title: 'Orbit releases a large language model with a longer context window',
      want: 'Models & Research',
    },
    {
      title: 'Chipmaker Lumen plans two data centres in the north',
      want: 'Chips & Infrastructure',
    },
    { title: 'Lawmakers agree on regulation of chat services', want: 'Policy & Law' },
    { title: 'Startup Tern raises 40 million in new funding round', want: 'Business & Funding' },
    { title: 'Tern publishes its code as open source', want: 'Open Source' },
    { title: 'Hackers used prompt injection against mail assistants', want: 'Safety & Security' },
    { title: 'Humanoid robots start work in a bakery', want: 'Robotics & Vehicles' },
  ])('$title → $want', ({ title, want }) => {
    expect(tag(title)[0]).toBe(want)
  })

  test('nothing fits: no topic', () => {
    expect(tag('Harbour bridge reopens to traffic')).toEqual([])
  })

  test('a source’s own topic is enough, by name or alias, in any spelling', () => {
    expect(tag('Tern speaks', '', ['open-source software'])).toEqual(['Open Source'])
    expect(tag('Tern speaks', '', ['Gardening'])).toEqual([])
  })
})

describe('tagTopics', () => {
  const plain: Taxonomy = {
    threshold: 3,
    topics: [{ name: 'Bridges', match: { bridge: 1.5, 'toll gate': 2, river: 1 } }],
  }
  test.each([
    {
      name: 'a hit in the title counts three times',
      title: 'Bridges',
      text: '',
      want: ['Bridges'],
    },
    {
      name: 'hits in the text add up',
      title: 'x',
      text: 'A bridge. The bridge. Our bridges.',
      want: ['Bridges'],
    },
    { name: 'below the threshold', title: 'x', text: 'A bridge.', want: [] },
    { name: 'a word said of everything is not enough', title: 'River', text: 'River.', want: [] },
    { name: 'it is beside another', title: 'River', text: 'A bridge.', want: ['Bridges'] },
    {
      name: 'phrases need their words side by side',
      title: 'Toll at the gate',
      text: '',
      want: [],
    },
    { name: 'a phrase', title: 'Toll gates', text: '', want: ['Bridges'] },
    { name: 'part of a word is no hit', title: 'Bridgewater', text: '', want: [] },
  ])('$name', ({ title, text, want }) => {
    expect(tagTopics({ title, text, topics: [] }, plain)).toEqual(want)
  })
})
