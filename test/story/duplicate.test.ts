import { describe, expect, test } from 'vitest'
import { createDuplicateIndex, type Print, readPrint } from '../../src/story/duplicate.ts'
import { createShelf, putOn, takeOff } from '../../src/story/shelf.ts'
import { createRandom, tellEvents } from './events.ts'

const SHORT = 'Bridge over the Oder reopens after four years'
const [first, second] = tellEvents(40).filter(({ event }) => event === 0)
const LONG = `${first?.text} ${first?.text.split(' ').reverse().join(' ')}`

const NO_TERMS = { terms: new Int32Array(0), counts: new Uint8Array(0) }

function indexOf(...articles: { id: string; title: string; text: string }[]) {
  const shelf = createShelf()
  const index = createDuplicateIndex(shelf)
  articles.forEach(({ id, title, text }, order) => {
    const print = readPrint(title, text)
    const kept = { ...NO_TERMS, id, order, at: Number.NaN, original: null, print }
    index.add(putOn(shelf, order, kept))
  })
  const find = (print: Print | null) => shelf.ids[index.find(print)] ?? null
  return { find, remove: (place: number) => takeOff(shelf, place) }
}

const edit = (text: string, share: number) => {
  const random = createRandom(5)
  return text.replace(/\S+/g, (word) => (random() < share ? 'changed' : word))
}

describe('near-duplicates of a long text', () => {
  const index = indexOf({ id: 'original', title: 'A title', text: LONG })
  test.each([
    { name: 'the text itself', text: LONG, want: 'original' },
    { name: '5 % edited', text: edit(LONG, 0.05), want: 'original' },
    { name: '10 % edited', text: edit(LONG, 0.1), want: 'original' },
    { name: 'cut to 60 %', text: LONG.slice(0, LONG.length * 0.6), want: 'original' },
    { name: 'a wire header', text: `ODERFELD, March 2 (Wire) - ${LONG}`, want: 'original' },
    { name: 'boilerplate', text: `${LONG} Subscribe. All rights reserved.`, want: 'original' },
    { name: 'every second word another', text: edit(LONG, 0.5), want: null },
    { name: 'another text on the event', text: second?.text ?? '', want: null },
    { name: 'its first sentence only', text: LONG.slice(0, 90), want: null },
  ])('$name → $want', ({ text, want }) => {
    expect(index.find(readPrint('Another title', text))).toBe(want)
  })
})

describe('near-duplicates of a title', () => {
  const index = indexOf({ id: 'original', title: SHORT, text: '' })
  test.each([
    { name: 'case and punctuation', title: '“BRIDGE over the Oder” reopens, after four years!' },
    { name: 'another order', title: 'After four years, bridge over the Oder reopens' },
  ])('$name', ({ title }) => expect(index.find(readPrint(title, ''))).toBe('original'))
  test.each([
    { name: 'another bridge', title: 'Bridge over the Elbe closes after forty years' },
    { name: 'nothing', title: '' },
  ])('$name is none', ({ title }) => expect(index.find(readPrint(title, ''))).toBeNull())
  test('a title that many items bear makes no copies', () => {
    const updates = indexOf({ id: 'first', title: 'Live updates', text: '' })
    expect(updates.find(readPrint('Live updates', ''))).toBeNull()
  })
  test('other numbers make it other news', () => {
    const title = (magnitude: string) =>
      `Strong earthquake of magnitude ${magnitude} shakes the coast of Tarvik on Monday morning`
    const quakes = indexOf({ id: 'first', title: title('5.1'), text: '' })
    expect(quakes.find(readPrint(title('5.1'), ''))).toBe('first')
    expect(quakes.find(readPrint(title('6.2'), ''))).toBeNull()
  })
})

test('of equal copies the first to arrive is named, and when it is gone the next', () => {
  const index = indexOf({ id: 'one', title: '', text: LONG }, { id: 'two', title: '', text: LONG })
  expect(index.find(readPrint('', LONG))).toBe('one')
  index.remove(0)
  expect(index.find(readPrint('', LONG))).toBe('two')
})

test('a template that everybody prints costs no more, and is still found', () => {
  const many = Array.from({ length: 100 }, (_, i) => ({ id: `copy${i}`, title: '', text: LONG }))
  expect(indexOf(...many).find(readPrint('', LONG))).toMatch(/^copy/)
})
