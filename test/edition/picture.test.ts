import { describe, expect, test } from 'vitest'
import { picturesIn, readPicture, withPictures } from '../../src/edition/picture.ts'
import type { CardImage } from '../../src/model.ts'
import { makeIssue } from '../support/edition.ts'

const SECRET = 'a secret of more than sixteen characters'
const image: CardImage = {
  articleId: 'a1',
  url: 'https://pictures.example/bridge.jpg?w=800&q=ü',
  width: 800,
  height: null,
  title: null,
}
const pathOf = (of: CardImage, secret = SECRET) => picturesIn('proxied', '', secret)(of) ?? ''
const read = (path: string) => {
  const [, , signature = '', encoded = ''] = path.split('/')
  return readPicture(SECRET, signature, encoded)
}

describe('picturesIn', () => {
  test('off shows none, linked the publisher’s, proxied our own', () => {
    expect(picturesIn('off', '', SECRET)(image)).toBeNull()
    expect(picturesIn('linked', '', SECRET)(image)).toBe(image.url)
    expect(picturesIn('proxied', 'https://dose.example', SECRET)(image)).toMatch(
      /^https:\/\/dose\.example\/i\/[\w-]{22}\/[\w-]+$/,
    )
  })

  test('what cannot be signed is not shown', () => {
    const { articleId: _, ...unowned } = image
    expect(pathOf(unowned)).toBe('')
    expect(pathOf({ ...image, url: `https://pictures.example/${'x'.repeat(3_000)}` })).toBe('')
  })

  test('an issue shows them in every place, and keeps the rest', () => {
    const issue = makeIssue()
    const shown = withPictures(issue, picturesIn('proxied', '', SECRET))
    expect(shown.top.image?.url).toMatch(/^\/i\//)
    expect(shown.top.image?.title).toBe(issue.top.image?.title)
    expect(withPictures(issue, () => null).top).toEqual({ ...issue.top, image: null })
  })
})

describe('readPicture', () => {
  test('a path of ours names article and address', () => {
    expect(read(pathOf(image))).toEqual({ articleId: 'a1', url: image.url })
  })

  test('what another secret signed, what was changed and what is no path is refused', () => {
    const path = pathOf(image)
    expect(read(pathOf(image, `${SECRET}!`))).toBeNull()
    expect(read(path.slice(0, -2))).toBeNull()
    expect(read(path.replace('/i/', '/i/A'))).toBeNull()
    expect(read('/i//')).toBeNull()
    expect(read(`/i/${'A'.repeat(22)}/${'A'.repeat(10_000)}`)).toBeNull()
  })
})
