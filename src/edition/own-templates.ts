import { createHash } from 'node:crypto'
import Handlebars from 'handlebars'
import { compileOptions, type Templates } from './compile.ts'

/** Those that are shipped, those an operator brought, and what comes of both: theirs win. */
export type TemplateSet = {
  readonly shipped: Templates
  readonly own: Templates
  readonly all: Templates
}

/** What is wrong with one of an operator's templates, by file and line. */
export type TemplateFault = { readonly file: string; readonly line: number; readonly says: string }

/** Where operators may put templates of their own making, for others to include. */
const PARTIALS = 'partials/'

/** Addresses that a helper has checked, or that are written out and lead nowhere else. */
const CHECKED = /="(?:#\w+|\/[\w/.-]*(?:\{\{name\}\})?|\{\{(?:link|personal|lean) [^}]+\}\})"$/
/** Handlebars tells places in two ways: `line 3`, and `3:14` at the end. */
const PLACE = /line (\d+)|(\d+):\d+\s*$/
/** `daily-dose mail 3f2a9c1b`: the template a copy was made from. */
const ORIGIN = /daily-dose (\S+) ([0-9a-f]{8})\b/

export const joinTemplates = (shipped: Templates, own: Templates): TemplateSet => ({
  ...{ shipped, own },
  all: { ...shipped, ...own },
})

export const fileOf = (name: string): string =>
  name.endsWith('.css') || name.endsWith('.js') ? name : `${name}.hbs`

/** Changes whenever a shipped template does, by whatever release. */
const versionOf = (source: string): string =>
  createHash('sha256').update(source).digest('hex').slice(0, 8)

/** A shipped template as operators copy it: its first line tells later what it was made from. */
export function copyOf(name: string, source: string): string {
  const origin = `daily-dose ${name} ${versionOf(source)}`
  return name.endsWith('.css') ? `/* ${origin} */\n${source}` : `{{! ${origin} }}\n${source}`
}

/** How a template of an operator stands to the shipped one it replaces. */
export type Standing = 'current' | 'changed since' | 'of unknown version' | 'added'

export function standingOf(name: string, { shipped, own }: TemplateSet): Standing {
  const source = shipped[name]
  if (source === undefined) return 'added'
  const [, from, version] = ORIGIN.exec(own[name] ?? '') ?? []
  if (from !== name) return 'of unknown version'
  return version === versionOf(source) ? 'current' : 'changed since'
}

/** All that would fail, or let content in unchecked, once such a template is printed. */
export function faultsIn(set: TemplateSet): readonly TemplateFault[] {
  const texts = new Set(Object.values(set.shipped).flatMap(textsIn))
  return Object.entries(set.own).flatMap(([name, source]) => {
    const fault = (line: number, says: string) => ({ file: fileOf(name), line, says })
    if (!(name in set.shipped) && !name.startsWith(PARTIALS))
      return [fault(1, `replaces nothing; \`dose template list\` has the names, partials/ is free`)]
    if (name.endsWith('.css')) return []
    const unread = parseFault(source)
    if (unread) return [fault(unread.line, unread.says)]
    return [
      ...includesIn(source)
        .filter(({ name: included }) => !(included in set.all))
        .map(({ line, name: included }) => fault(line, `includes ${included}, which is not there`)),
      ...textCallsIn(source)
        .filter(({ key }) => !texts.has(key))
        .map(({ line, key }) => fault(line, `no text is called ${key}`)),
      ...uncheckedIn(source).map(({ line, says }) => fault(line, says)),
    ]
  })
}

function parseFault(source: string): { line: number; says: string } | null {
  try {
    Handlebars.precompile(source, compileOptions(''))
    return null
  } catch (error) {
    const says = (error as Error).message
    const [, ...place] = PLACE.exec(says) ?? []
    return { line: Number(place.find(Boolean) ?? 1), says: says.replace(/\s+/g, ' ') }
  }
}

/** Content may come from anywhere: it is escaped, and its addresses are checked. */
function uncheckedIn(source: string) {
  const lines = source.split('\n')
  return lines.flatMap((text, at) => [
    ...(text.replace('{{{css}}}', '').includes('{{{')
      ? [{ line: at + 1, says: 'three braces print what came from elsewhere unescaped' }]
      : []),
    ...(text.match(/(?:href|src)="[^"]*"/g) ?? [])
      .filter((address) => address.includes('{{') && !CHECKED.test(address))
      .map((address) => ({ line: at + 1, says: `${address}: write {{link …}}, which checks it` })),
  ])
}

function includesIn(source: string): readonly { line: number; name: string }[] {
  const found: { line: number; name: string }[] = []
  const note = ({ name, loc }: hbs.AST.PartialStatement | hbs.AST.PartialBlockStatement) => {
    const included = 'original' in name ? String(name.original) : ''
    if (included !== '' && included !== '@partial-block')
      found.push({ line: loc.start.line, name: included })
  }
  class Includes extends Handlebars.Visitor {
    override PartialStatement(statement: hbs.AST.PartialStatement) {
      note(statement)
      super.PartialStatement(statement)
    }
    override PartialBlockStatement(statement: hbs.AST.PartialBlockStatement) {
      note(statement)
      super.PartialBlockStatement(statement)
    }
  }
  new Includes().accept(Handlebars.parse(source))
  return found
}

/** Every `t 'key'`, in braces or in parentheses. */
const textCallsIn = (source: string): readonly { line: number; key: string }[] =>
  source
    .split('\n')
    .flatMap((text, at) =>
      [...text.matchAll(/[{(]t '(\w+)'/g)].map(([, key = '']) => ({ line: at + 1, key })),
    )

const textsIn = (source: string): readonly string[] => textCallsIn(source).map(({ key }) => key)
