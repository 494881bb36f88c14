/** Feeds of `size` characters, each made so that one way of reading would take time that grows faster. */
export function hostileFeeds(size: number): readonly (readonly [string, string])[] {
  const fill = (piece: string) => piece.repeat(Math.ceil(size / piece.length))
  const numbered = (make: (i: number) => string) => {
    const length = Math.ceil(size / make(size).length)
    return Array.from({ length }, (_, i) => make(i)).join(' ')
  }
  return [
    ...REPEATED.map(([name, piece]) => [name, item(fill(piece))] as const),
    ...IN_BODIES.map(([name, piece]) => [`body of ${name}`, body(fill(piece))] as const),
    ['instructions closed at the end', `<rss>${fill('<?a>')}?>`],
    ['instructions that nothing ends', `<rss>${fill('<?')}`],
    ['subsets closed at the end', `<rss>${fill('<!x[>')}</rss>]`],
    ['empty items', `<rss><channel><title>t</title>${fill('<item/>')}</channel></rss>`],
    ['items left open', `<rss><channel><title>t</title>${fill('<item>')}`],
    ['items of one id', `<rss><channel>${fill('<item><guid>1</guid><title>a</title></item>')}`],
    ['namespaces at once', `<rss ${numbered((i) => `xmlns:n${i}="u${i}"`)}>${item('')}`],
    ['namespaces one by one', item(numbered((i) => `<n${i}:a xmlns:n${i}="http://u/${i}">`))],
    ['a huge attribute', item(`<a b="${fill('x')}"/>`)],
    ['pictures', item(numbered((i) => `<media:content url="http://a.example/${i}.jpg"/>`))],
    ['enclosures', item(numbered((i) => `<enclosure url="http://a.example/${i}"/>`))],
    ['a long link', item(`<link>https://a.example/${fill('%')}</link>`)],
    ['a long date', item(`<pubDate>${fill('1 ')}</pubDate>`)],
    ['a name of brackets', item(`<author>${fill('a(')}</author>`)],
    ['keywords', item(`<itunes:keywords>${fill('a,b')}</itunes:keywords>`)],
    ['JSON nested deep', `{"version":"https://jsonfeed.org/version/1","items":${fill('[')}`],
    [
      'JSON of empty items',
      `{"version":"https://jsonfeed.org/version/1","items":[${fill('{},')}{}]}`,
    ],
  ]
}

/** The same for front matter, of which no more is read. */
export function hostileFrontMatter(size: number): readonly (readonly [string, string])[] {
  const fill = (piece: string) => piece.repeat(Math.ceil(size / piece.length))
  const fenced = (yaml: string) => `---\n${yaml}\n---\n`
  return [
    ['dates in a row', fenced(`k${fill(': 2026-01-01 ')}x`)],
    ['blank lines', fenced(`k: >\n${fill(' \n')}x`)],
    ['a fence of spaces', `---${fill(' ')}`],
  ]
}

const REPEATED: readonly (readonly [string, string])[] = [
  ['deep nesting', '<a>'],
  ['end tags of nothing', '</zzz>'],
  ['bases', '<a xml:base="b/">'],
  ['quotes left open', '<a b="c>'],
  ['mixed quotes', `<a b='"`],
  ['character data left open', '<![CDATA['],
  ['comments left open', '<!--'],
  ['instructions left open', '<?a>'],
  ['subsets left open', '<!x[>'],
  ['entities', '&lol;'],
  ['escaped markup', '&lt;p&gt;'],
]

const IN_BODIES: readonly (readonly [string, string])[] = [
  ['deep nesting', '<div>'],
  ['less-than signs', '<'],
  ['quotes left open', '<a href="'],
  ['skipped elements', '<button></div>'],
  ['scripts left open', '<script>'],
  ['comments left open', '<!--'],
  ['line breaks', '<br>'],
  ['spaces', ' '],
  ['blank lines', '\n '],
  ['entities without an end', '&abcdefghijk'],
  ['link numbers', '[1'],
  ['pictures in Markdown', '![a]('],
  ['mangled letters', 'Ã'],
  ['short paragraphs', '<p>By A B C D</p>'],
]

function item(inside: string): string {
  return `<rss version="2.0"><channel><title>t</title><item><title>x</title>${inside}</item></channel></rss>`
}

function body(html: string): string {
  return item(`<description><![CDATA[<p>${html}]]></description>`)
}
