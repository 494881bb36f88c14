import { describe, expect, test } from 'vitest'
import { markdownToPlain } from '../../src/article/markdown.ts'
import { htmlToPlain, plainLine } from '../../src/article/plain.ts'

describe('htmlToPlain', () => {
  test.each([
    ['blocks', '<h2>A</h2><p>b<br>c</p><ul><li>d</li><li>e</li></ul>f', 'A\n\nb c\n\nd\n\ne\n\nf'],
    ['white space', '<p> a\n  b </p>\n<p>\n</p><div><div>c</div></div>', 'a b\n\nc'],
    ['two breaks part paragraphs', 'a<br><br>b', 'a\n\nb'],
    ['cells', '<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>', 'a b\n\nc'],
    [
      'what is not for reading',
      '<p>a<script>x()</script><style>p{}</style><iframe>y</iframe><img alt="z"></p>',
      'a',
    ],
    ['entities once', '<p>a &amp;lt; b &amp; c&nbsp;d</p>', 'a &lt; b & c d'],
    ['entities without markup', 'Tom &amp; Ann', 'Tom & Ann'],
    ['invisible characters', '<p>co\u00adop\u200b \u202ex</p>', 'coop x'],
    ['unclosed and crossed', '<b><p>a</b><p>b', 'a\n\nb'],
    ['nothing', '', ''],
  ])('%s', (_, html, text) => expect(htmlToPlain(html)).toBe(text))

  test('nesting without end is cut, not followed', () => {
    expect(htmlToPlain(`<p>a</p>${'<div>'.repeat(20_000)}b`)).toMatch(/^a/)
  })
})

describe('plainLine', () => {
  test.each([
    ['Ferry <em>Marlow</em> &amp; crew', 'Ferry Marlow & crew'],
    ['5 < 6 and List<String> <3', '5 < 6 and List<String> <3'],
    ['&lt;b&gt; is a tag', '<b> is a tag'],
    ['  two\n lines ', 'two lines'],
    ['<img src=x onerror=alert(1)>', null],
    ['', null],
  ])('%s', (value, line) => expect(plainLine(value)).toBe(line))
})

describe('markdownToPlain', () => {
  test.each([
    [
      'headings and emphasis',
      '# A *b*\ntext **c** and _d_\n\nE\n===\nf',
      'A b\n\ntext c and d\n\nE\n\nf',
    ],
    [
      'links and images',
      'See [the *map*](https://a.example "t") ![x](y.png) or <https://b.example>.',
      'See the map or https://b.example.',
    ],
    ['reference links', 'See [here][1].\n\n[1]: https://a.example', 'See here.'],
    ['lists and quotes', '- a\n- b\n\n1. c\n\n> d\n> e', 'a\n\nb\n\nc\n\nd e'],
    ['code', 'Use `a < b`:\n\n```js\nx = 1\n```', 'Use a < b:\n\nx = 1'],
    [
      'names with underscores, sums with stars',
      'file_name_here 2 * 3 * 4',
      'file_name_here 2 * 3 * 4',
    ],
    ['HTML inside', 'a <b>bold</b> move<script>x()</script>', 'a bold move'],
  ])('%s', (_, markdown, text) => expect(markdownToPlain(markdown)).toBe(text))
})
