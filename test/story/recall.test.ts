import { expect, test } from 'vitest'
import { indexTellings } from '../../src/story/recall.ts'

const telling = (storyId: string, ...ids: string[]) => ({
  storyId,
  articles: ids.map((id) => ({ id })),
})

test('a telling is of the story it named, and of one that took its articles over', () => {
  const named = telling('a', 'one')
  const find = indexTellings([named])
  expect(find('a', [])).toEqual([named])
  expect(find('b', ['one'])).toEqual([named])
  expect(find('b', ['two'])).toEqual([])
})

test('tellings come in their order, each once, whatever leads to them', () => {
  const [first, second, third] = [telling('b', 'two'), telling('a', 'one', 'two'), telling('b')]
  const find = indexTellings([first, second, third])
  expect(find('b', ['one', 'two'])).toEqual([first, second, third])
})

test('an article that is called as a story is no telling of that story', () => {
  expect(indexTellings([telling('b', 'a')])('a', ['c'])).toEqual([])
})
