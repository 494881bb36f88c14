import type { Dom, DomElement } from './page-dom.ts'
import { asString, type Fields, isFields } from './page-jsonld.ts'
import { htmlToPlain, plainLine } from './plain.ts'

/** Longest line that can be somebody's name or several. */
const LONGEST_AUTHOR = 120
/** Names of one byline; more are a list of people, not of authors. */
const MOST_AUTHORS = 6

/** A log-in, a placeholder: nobody's name. */
const NOBODY =
  /^(?:(?:site |web ?)?(?:admin(?:istrator)?|master)|root|user|author|guest|anonymous|unknown|none|null|undefined|n\/a|гость|gast|invité|invitado|convidado|ospite)$/iu

/** What newspapers put behind a name. */
const JOB =
  /,\s+[^,]{0,60}\b(?:writers?|reporters?|editors?|correspondents?|columnists?|journalists?|contributors?|producers?|staff|associated press|bureau)\b[^,]{0,40}$/i

/** The house behind a name: an agency, a domain. */
const HOUSE =
  /,\s+(?:cnn(?: business)?|ap|afp|dpa|reuters|bloomberg|[\w-]{2,40}\.(?:com|org|net))$/i
/** A day that stands in the line behind the name. No month that is a name as well. */
const DAY =
  /[\s,]+(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|january|february|july|september|october|november|december)\b.*$/i
const LEADING =
  /^(?:(?:an? )?(?:analysis|opinion|review|reviewed|words|text|story|written|posted|created)\s+)?(?:by|von|par|por|di)[\s:]+/i

const NAME = String.raw`\p{Lu}[\p{L}'’.-]{0,24}(?:\s(?:(?:de|del|della|der|den|van|von|bin|al|la|le|di|da|du|dos)\s){0,2}\p{Lu}[\p{L}'’.-]{0,24}){1,3}`
/** The line under a headline that says who wrote it. */
const BYLINE = new RegExp(
  String.raw`(?:^|[\s|·•—–-])(?:[Bb][Yy]|[Vv]on|VON|[Pp]ar|[Pp]or|[Dd]oor|Di|Av|Af)[\s:]{1,3}(${NAME}(?:\s?(?:,|&|and|und|et|y|en|og|och)\s{1,3}${NAME}){0,4})(?=$|[\s,|·•—–-])`,
  'u',
)
const AND = /\s?,\s|\s(?:&|and|und|et|y|en|og|och)\s/
const LONGEST_BYLINE = 200
const MAX_BYLINES = 40

/** What declares a name, the surest first. */
const DECLARED = [
  '[itemprop="author"] [itemprop="name"]',
  'a[rel~="author"], span[rel~="author"]',
  '[itemprop="author"]',
]
const LINES =
  '[class*="byline" i], [class*="author" i], [class*="meta" i], [class*="writer" i], [class*="submitted" i], address'
const PROFILES = ['author', 'authors', 'autor', 'autoren', 'auteur', 'autore', 'journalist']
  .map((name) => `a[href*="/${name}/"]`)
  .join(', ')
const WHOLE_NAME = new RegExp(`^${NAME}$`, 'u')
const NAMED = '.byline a, .author-name, [class*="byline__name" i], a[class*="author" i]'

/** Who wrote a page: as its data says, its meta elements, or the line under its headline. */
export function authorOf(
  document: Dom,
  article: Fields,
  people: ReadonlyMap<string, Fields>,
  metas: readonly string[],
): string | null {
  const told = [article.author].flat().flatMap((author) => namesOf(author, people))
  return (
    joined(told) ??
    metas.map(asAuthor).find((name) => name !== null) ??
    declaredIn(document) ??
    bylineOf(document) ??
    asAuthor(document.querySelector(NAMED)?.textContent) ??
    linkedAlone(document)
  )
}

function namesOf(author: unknown, people: ReadonlyMap<string, Fields>): string[] {
  const person = isFields(author)
    ? author.name === undefined
      ? people.get(asString(author['@id']) ?? '')?.name
      : author.name
    : author
  return [person].flat().flatMap((name) => asAuthor(asString(name)) ?? [])
}

/** All names that stand together with the first. */
function declaredIn(document: Dom): string | null {
  for (const selector of DECLARED) {
    const first = document.querySelector(selector)
    const together = first?.parentElement?.querySelectorAll(selector) ?? []
    const names = [first, ...together].flatMap((element) => asAuthor(elementText(element)) ?? [])
    if (names.length > 0) return joined(names)
  }
  return null
}

function bylineOf(document: Dom): string | null {
  for (const element of [...document.querySelectorAll(LINES)].slice(0, MAX_BYLINES)) {
    if ((element.textContent?.trim().length ?? 0) > LONGEST_BYLINE) continue
    const text = htmlToPlain(element.innerHTML).replaceAll('\n\n', ' | ')
    const names = BYLINE.exec(text)?.[1]
    if (names !== undefined) return joined(names.split(AND).flatMap((name) => asAuthor(name) ?? []))
  }
  return null
}

/** The one person whose page of articles is linked; of several, nobody knows which it is. */
function linkedAlone(document: Dom): string | null {
  const links = [...document.querySelectorAll(PROFILES)].slice(0, MAX_BYLINES)
  const names = new Set(links.flatMap(({ textContent }) => plainLine(textContent) ?? []))
  const [name = ''] = names
  return names.size === 1 && WHOLE_NAME.test(name) ? asAuthor(name) : null
}

/** What a meta element in the body says stands in its attribute. */
function elementText(element: DomElement | null): string | null {
  return element?.getAttribute('content') ?? element?.textContent ?? null
}

function joined(names: readonly string[]): string | null {
  const distinct = [...new Set(names)]
  return distinct.length > MOST_AUTHORS ? null : distinct.join(', ') || null
}

/** A name: no address of a profile, no `By`, no job, no e-mail. */
function asAuthor(value: string | null | undefined): string | null {
  const [start = ''] = plainLine(value)?.split(/\s+[|•·@]|\s\d/) ?? []
  const line = [LEADING, DAY, JOB, HOUSE].reduce((name, part) => name.replace(part, ''), start)
  const isName =
    /\p{L}/u.test(line) &&
    line.length <= LONGEST_AUTHOR &&
    !/^https?:|^\S+@\S+$|^\d/i.test(line) &&
    !NOBODY.test(line)
  return isName ? line : null
}
