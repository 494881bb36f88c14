/** What a filter takes and gives: for `--help`, and for reading the arguments. */
type FilterUsage = {
  readonly takes: string
  readonly gives: string
  readonly options: readonly (keyof typeof FILTER_OPTIONS)[]
  /** Documents are named; records come from stdin where no file is. */
  readonly needsFiles: boolean
}

const FILTER_OPTIONS = {
  base: { value: 'URL', does: 'what relative links resolve against' },
  'timeout-ms': { value: 'MS', does: 'time a page may take; 5000 by default' },
  level: { value: 'LEVEL', does: '`story`, the default, or `topic`' },
  sentences: { value: 'N', does: 'sentences at most' },
  words: { value: 'N', does: 'words at most' },
  rules: { value: 'FILE', does: 'rules to try; those of config/filters.yaml by default' },
  now: { value: 'INSTANT', does: 'the clock; the newest `publishedAt` of the input by default' },
} as const

export const FILTERS = {
  feed: {
    takes: 'RSS, Atom or JSON Feed; - is stdin',
    gives: 'a feed a line: {file, title, link, author, format, items: [{id, url, title, …}]}',
    options: ['base', 'now'],
    needsFiles: true,
  },
  frontmatter: {
    takes: '.md, .html or .txt files, with front matter or without; - is stdin',
    gives: 'an article a line: {file, id, url, title, excerpt, text, publishedAt, provider, …}',
    options: ['now'],
    needsFiles: true,
  },
  extract: {
    takes: '{url, html} a line',
    gives: 'a page a line: {url, canonicalUrl, title, author, publishedAt, …, text, teaser}',
    options: ['timeout-ms', 'now'],
    needsFiles: false,
  },
  score: {
    takes: 'an article or a feed a line: {id, title, text, author, publishedAt, …}',
    gives: '{id, quality, parts: {…}} an article; the parts add up to the quality, 0 to 100',
    options: ['now'],
    needsFiles: false,
  },
  rules: {
    takes: 'an article or a feed a line: {id, title, url, author, topics, text, …}',
    gives: '{id, title, filtered} an article: the rule that keeps it out, or null',
    options: ['rules', 'now'],
    needsFiles: false,
  },
  cluster: {
    takes: 'an article a line: {id, title, text, publishedAt, source or url}',
    gives: '{id, story} an article, when all have come; a story is named by its first article',
    options: ['level', 'now'],
    needsFiles: false,
  },
  summarise: {
    takes: '{id, docs: [{text, title, source, publishedAt}]} a line',
    gives: '{id, sentences: [{text, doc, start, end, support}]}: docs[doc].text.slice(start, end)',
    options: ['sentences', 'words', 'now'],
    needsFiles: false,
  },
} as const satisfies Readonly<Record<string, FilterUsage>>

export type FilterName = keyof typeof FILTERS

export const isFilter = (name: string): name is FilterName => Object.hasOwn(FILTERS, name)

const NAME_WIDTH = 14

/** The answer to `dose filter --help`. */
export function describeFilters(): string {
  return [
    'Usage: dose filter NAME [options] [FILE…]',
    '',
    'One stage alone: JSON Lines in, JSON Lines out, without database, network or clock.',
    '`dose filter NAME --help` tells what one of them takes and gives.',
    '',
    ...Object.entries(FILTERS).map(([name, { gives }]) => row(name, gives)),
    '',
  ].join('\n')
}

/** The answer to `dose filter NAME --help`. */
export function describeFilter(name: FilterName): string {
  const { takes, gives, options, needsFiles }: FilterUsage = FILTERS[name]
  return [
    `Usage: dose filter ${name} [options] ${needsFiles ? 'FILE…' : '[FILE…]'}`,
    '',
    row('in', `${takes}${needsFiles ? '' : '; from stdin where no FILE is'}`),
    row('out', gives),
    '',
    ...options.map((option) => {
      const { value, does } = FILTER_OPTIONS[option]
      return `  ${`--${option} ${value}`.padEnd(NAME_WIDTH + 4)} ${does}`
    }),
    '',
    'A bad line or file is named on stderr, the rest go on. Exit codes: 0 done, 1 some failed,',
    '2 wrong use.',
    '',
  ].join('\n')
}

const row = (name: string, text: string): string => `  ${name.padEnd(NAME_WIDTH)}${text}`
