import { expect, test } from 'vitest'
import { LANGUAGES, type Language } from '../../src/edition/reader-texts.ts'
import { unsupportedIn } from '../support/clients.ts'
import { makeLetter } from '../support/letter.ts'
import { inspect, renderer } from '../support/renderer.ts'

test('a letter looks as the editions of its digest do', () => {
  const { html, text } = renderer.letter(makeLetter())
  expect(html).toContain('src="https://dose.example/d/Harbour%20Morning/logo?v=abc"')
  expect(html).toMatch(/class="button"[^>]*background-color: ?#0b2545/)
  expect(html).toContain('#d6e4f5 !important')
  expect(html).not.toMatch(/#23201c|#ece6dc|var\(/)
  for (const part of [inspect(html).text, text]) {
    for (const words of ['Harbour Morning', 'Member of the <guild>.', '4 Quay Street'])
      expect(part).toContain(words)
    expect(part).not.toContain('Good morning.')
  }
})

test.each(Object.keys(LANGUAGES) as Language[])('in %s it is short and shown everywhere', (of) => {
  const { html, text } = renderer.letter(makeLetter(of))
  expect(html).toContain(`<html lang="${of}" dir="${LANGUAGES[of].dir}">`)
  expect(Buffer.byteLength(html + text)).toBeLessThan(30_000)
  expect(unsupportedIn(html)).toEqual([])
  expect(inspect(html).links).toEqual(Array(2).fill(makeLetter().url))
})
