import { singleSpaced } from './plain.ts'

/**
 * Lines that are no part of an article wherever they stand. Each pattern matches a whole line of
 * at most `LONGEST_FURNITURE` characters.
 */
const FURNITURE: readonly RegExp[] = [
  // Share and follow buttons
  /^(?:share|tweet|pin(?: it)?|email|e-mail|print|copy link|save|like|follow(?: us)?|reblog)$/i,
  /^(?:share|follow|like|save|send|post|pin|tweet|print)(?: (?:this|the|us|it))?(?: (?:article|post|page|story|link))?(?: (?:on|with|via|to|by|in|using) [\w ,/&+.-]+)?[:!.]?$/i,
  /^(?:facebook|twitter|x|linkedin|whatsapp|reddit|telegram|pinterest|instagram|youtube|threads|bluesky|mastodon|tiktok|flipboard|rss)(?: (?:logo|icon|share|button))?$/i,
  /^(?:click|tap) (?:here )?to (?:share|print|email|tweet|copy)\b.*$/i,
  /^\d[\d.,]*[km]? (?:shares?|likes?|comments?|views?|claps?|retweets?|reactions?)$/i,
  // Comments
  /^(?:leave|post|add|write) a (?:comment|reply)[!.:]?$/i,
  /^(?:comments?|no comments(?: yet)?|be the first to comment|join the (?:conversation|discussion)|view (?:all )?(?:\d+ )?comments)(?: \(\d+\))?[.!:]?$/i,
  /^(?:your email address will not be published\b.*|(?:log|sign) in to (?:comment|reply|leave a comment)[.!]?)$/i,
  // Links to more
  /^(?:read|see|show|view|learn|load|find out) (?:the )?(?:more|full (?:story|article|post)|all|next|original)(?: (?:here|stories|articles|about this))?[.…»›→:>\s]*$/i,
  /^(?:continue|keep) reading[.…»›→\s]*(?:here|below)?[.…»›→\s]*$/i,
  /^(?:(?:also|further|more) (?:read|reading|on this|on this topic|like this|from .{1,40})|related(?: (?:articles?|posts?|stories|reading|topics|content|coverage|news))?|see also|recommended(?: for you| reading| stories)?|you (?:may|might) (?:also )?like|trending(?: now)?|most (?:read|popular|viewed)|popular (?:posts|now)|editors?['’]s? picks?|up next|don['’]t miss|top stories|latest (?:news|stories))\s*(?::|…|\.{3})?$/i,
  /^(?:previous|next)(?: (?:article|post|story|page))?[\s:→←»«]*$/i,
  /^(?:back to top|skip to (?:main )?content|table of contents|jump to .{1,40}|home|menu|search|close|loading\.*|advertisements?|sponsored(?: content)?|ad|promoted|story continues below(?: (?:this )?ad(?:vertisement)?)?|article continues (?:after|below) .{1,40})$/i,
  // Newsletter and subscription pitches
  /^(?:subscribe|sign up|register|log in|sign in|join (?:us|now)|download (?:the|our) app)(?: (?:now|today|here|free|for free|to .{1,80}|for .{1,80}|with .{1,40}))?[.!:]?$/i,
  /^(?:get|receive|have) .{1,80}(?:newsletter|(?:in|to|into|straight to|delivered to) your (?:inbox|email)).{0,60}$/i,
  /^.{0,60}\b(?:subscribe|sign up|signup) (?:to|for) (?:our|the|my|this) .{0,60}(?:newsletters?|updates|channel|podcast|mailing list)\b.{0,80}$/i,
  /^(?:enter|type) your e-?mail(?: address)?.{0,60}$/i,
  /^by (?:signing up|subscribing|submitting|clicking|registering).{0,160}$/i,
  // Cookies
  /^(?:we|this (?:web)?site|our (?:web)?sites?) (?:and our partners )?uses? cookies\b.{0,200}$/i,
  /^(?:accept(?: all)?(?: cookies)?|reject all|manage (?:cookies|preferences|options)|cookie (?:policy|settings|preferences))$/i,
  // Feed footers of blogging software
  /^the post .{1,200} (?:first )?appeared (?:first )?on .{1,100}$/i,
  /^(?:this (?:article|post|story) (?:was )?(?:originally |first )+(?:appeared|published) (?:on|in|at) .{1,100})$/i,
  // Counts, labels and rights
  /^\d{1,3} sources?$/i,
  /^(?:news article|article|blog post|opinion piece|\d{1,3}[ -]min(?:ute)?s?(?: read)?|reading time:? .{1,20})$/i,
  /^(?:©|\(c\)|copyright\b).{0,160}$/i,
  /^.{0,80}\ball rights reserved\b.{0,80}$/i,
  /^(?:image|photo|picture|video|illustration)(?: credits?)?s?:? ?(?:©.*|by .{1,60}|courtesy .{1,60}|getty.{0,60}|reuters.{0,40}|shutterstock.{0,40}|unsplash.{0,40})?$/i,
  /^\S{1,30}(?: \S{1,30})? (?:logo|icon)$/i,
  // Dates, names and pictures that belong to the page
  /^(?!.*[.!?]["”’]?$)\|?\s?(?:(?:first |last )?(?:published|updated|posted)|date)\b[^.]{0,20}\d{1,4}.{0,80}$/i,
  /^[Bb][Yy] (?:\p{Lu}[\p{L}'’.-]{0,30}(?:,? |$)|and ){2,8}[^.!?]{0,80}$/u,
  /^\(?(?:additional |with )?(?:reporting|editing|writing) by .{1,240}$/i,
  /^.{1,200} contributed (?:reporting\b|to this (?:report|article|story)).{0,60}$/i,
  /^\(?(?:image|photo|picture|photograph|illustration|file photo|credit|video)s?(?: credit)?\s?(?:[:©]|\.{3}).{0,240}$/i,
  /^image (?:copyright|caption|source)\b.{0,200}$/i,
  /^.{0,240}(?:[/|]\s?|via |\(|credit:? ?|photo:? ?)(?:getty(?: images)?|ap(?: photo.{0,60})?|afp|reuters(?:\/.{1,40})?|epa|shutterstock|istock|bloomberg)\)?$/i,
  /^(?:image \d+ of\b.{0,10}|caption|enlarge(?: image)?|view gallery|advert|order reprints|text size)$/i,
  // Pointers to other pages and other channels
  /^[[(]?(?:related|(?:also )?read(?: more| also| next)?|see(?: more| also)?|more|also|watch|listen|recommended|don['’]t miss|related (?:post|article|story|coverage)s?)\s?[:|].{0,240}$/i,
  /^(?:please )?(?:follow|like|find|join) .{1,60} on (?:facebook|twitter|instagram|x|linkedin)\b.{0,80}$/i,
  /^.{0,80}\b(?:click here|by clicking here)\b.{0,80}$/i,
  /^(?:https?:\/\/|twitter\.com\/|www\.)\S+$/i,
  /^[\w.+-]+@[\w-]+\.[\w.]+$/,
  // The hour above an entry of a live report
  /^\d{1,2}[:.]\d{2}(?: ?[ap]\.?m\.?)?(?: [a-z]{2,5})?$/i,
  // Signs without a word
  /^[\s\p{P}\p{S}]+$/u,
]

const LONGEST_FURNITURE = 260

/** From these on, the rest of a text is not the article, if it stands in its second half. */
const END_MARK =
  /^(?:leave a (?:comment|reply)|related (?:articles|posts|stories)|you may also like|recommended (?:for you|stories)|more from .{1,40}|about the authors?)\s*:?$/i

/** What site footers say of the site, near the line of rights. */
const PITCH =
  /\b(?:subscribe|newsletter|sign up|we (?:cut|filter|curate|summari[sz]e|bring you|deliver|cover)|don['’]t (?:miss|drown)|spend less time|stay (?:informed|updated|ahead|up to date)|straight to (?:your|the)|your (?:daily|weekly) (?:dose|source|digest|briefing))\b/i
const RIGHTS = /^(?:©|\(c\)\s|copyright (?:©|\(c\)|\d{4}))/i

const WRITER =
  /\b(?:writer|author|reporter|journalist|editor|correspondent|columnist|contributor|blogger|freelancer?|analyst)\b/i
const BIO =
  /\b(?:is|was|are|has been) (?:an?|the|our|based|currently)\b|\bhas (?:written|covered|worked)\b|\b(?:covers|writes about)\b/i

/** A name, a job, a company: what stands above a box about the author. */
const BIO_LABEL_WORDS = 6
/** The box: a paragraph about the writer and up to this many labels above it. */
const BIO_LABELS = 4

const SENTENCE_END = /[.!?…:;]["'”’»)\]]*$/
const LINK_NUMBERS = /^(?:\d{1,3}|\[\d{1,3}\])(?:[\s,;]+\d{1,3}|[\s,;]*\[\d{1,3}\]){0,20}$/
const LEADING_STOP = /^[.,;:!?](?=\s|$)["'”’»)]*/
const INLINE_NUMBERS = /(?<=[\p{L}\p{N}.,;:!?"'”’»)])\s?(?:\[\d{1,3}\])+(?=[\s.,;:!?"'”’»)]|$)/gu
const IMAGE = /!\[[^\]\n]{0,500}\](?:\([^()\n]{0,2000}\))?/g

/**
 * The paragraphs of an article without what pages and feeds put around and between them: share
 * buttons, pitches, link numbers, images in Markdown, rights, the box about the author.
 * A sentence torn apart by link numbers comes out whole.
 */
export function dropBoilerplate(paragraphs: readonly string[]): string[] {
  const whole = joinAroundNumbers(paragraphs.map(withoutMarks).filter((p) => p !== ''))
  const article = dropAuthorBox(dropFooter(cutAtEndMark(whole)))
  return article.filter((paragraph) => !isFurniture(paragraph))
}

function withoutMarks(paragraph: string): string {
  const hasMarks = paragraph.includes('[')
  const words = hasMarks ? paragraph.replace(IMAGE, ' ').replace(INLINE_NUMBERS, '') : paragraph
  return singleSpaced(words).trim()
}

/** `…AI systems`, `1`, `.` → `…AI systems.` */
function joinAroundNumbers(paragraphs: readonly string[]): string[] {
  const joined: string[] = []
  for (const paragraph of paragraphs) {
    const previous = joined.at(-1)
    if (LINK_NUMBERS.test(paragraph)) continue
    if (previous !== undefined && LEADING_STOP.test(paragraph) && !SENTENCE_END.test(previous)) {
      joined[joined.length - 1] = previous + paragraph
    } else joined.push(paragraph)
  }
  return joined
}

function isFurniture(paragraph: string): boolean {
  return paragraph.length <= LONGEST_FURNITURE && FURNITURE.some((rule) => rule.test(paragraph))
}

function cutAtEndMark(paragraphs: readonly string[]): readonly string[] {
  const at = paragraphs.findIndex((p, i) => i >= paragraphs.length / 2 && END_MARK.test(p))
  return at < 0 ? paragraphs : paragraphs.slice(0, at)
}

/** The line of rights ends a page; slogans and pitches above it belong to it. */
function dropFooter(paragraphs: readonly string[]): readonly string[] {
  const rights = paragraphs.findLastIndex((p, i) => i >= paragraphs.length / 2 && RIGHTS.test(p))
  if (rights < 0) return paragraphs
  let end = rights
  while (end > 1 && isFooterLine(paragraphs[end - 1] ?? '')) end--
  return paragraphs.slice(0, end)
}

function isFooterLine(paragraph: string): boolean {
  return isFurniture(paragraph) || PITCH.test(paragraph) || isLabel(paragraph)
}

/** A paragraph about the writer, under a name or a job title, at the very end. */
function dropAuthorBox(paragraphs: readonly string[]): readonly string[] {
  const article = [...paragraphs]
  while (article.length > 1 && isFurniture(article.at(-1) ?? '')) article.pop()
  const bio = article.at(-1) ?? ''
  const isBox = WRITER.test(bio) && BIO.test(bio) && isLabel(article.at(-2) ?? '.')
  if (!isBox) return paragraphs
  article.pop()
  for (let i = 0; i < BIO_LABELS && article.length > 1 && isLabel(article.at(-1) ?? '.'); i++) {
    article.pop()
  }
  return article
}

function isLabel(paragraph: string): boolean {
  return paragraph.split(' ').length <= BIO_LABEL_WORDS && !SENTENCE_END.test(paragraph)
}
