import { expect, test } from 'vitest'
import { lookAt } from '../../src/edition/mail-look.ts'

const MAIL =
  '<style>@media (prefers-color-scheme: dark) { a { color: #fff } }</style><img class="pic" src="https://a.example/1.png" alt="A bridge">'

test('a mail is shown as clients in the dark, in the light and without pictures show it', () => {
  expect(lookAt(MAIL, { dark: true, images: true })).toContain('@media all {')
  const plain = lookAt(MAIL, { dark: false, images: false })
  expect(plain).toContain('@media not all {')
  expect(plain).toContain('<img class="pic" alt="A bridge">')
})
