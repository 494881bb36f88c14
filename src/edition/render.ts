import { createHash } from 'node:crypto'
import { inline } from '@css-inline/css-inline'
import type { Correction, Edition, Instant, Issue, Rendered, StoryPage } from '../model.ts'
import { type BrandView, type MailBrand, PLAIN_MAIL } from './brand.ts'
import { compileTemplates, type Templates } from './compile.ts'
import { viewEarlier, viewOwn } from './corrections.ts'
import { longDate, shortTime } from './dates.ts'
import { clean } from './escape.ts'
import { shorten } from './fit.ts'
import { type LetterView, viewLetter } from './letter.ts'
import { fillColours, type Palettes } from './palette.ts'
import { sentBytes } from './personal.ts'
import { LANGUAGES, languageOf } from './reader-texts.ts'
import { cardsOf, selectIssue } from './select.ts'
import { type StoryDay, viewStoryPage } from './story-view.ts'
import { makePreheader, makeSubject } from './subject.ts'
import { textsFor } from './texts.ts'
import { type Telling, viewIssue } from './view.ts'

/** Gmail clips a mail at 102 KB; a tenth is left to its head: addresses, links and signatures. */
const MAX_MAIL_BYTES = 92_000

export type { Templates }

/** How to speak: a BCP 47 tag, which also gives the direction of writing; `en` by default. */
export type Speech = { readonly locale?: string }

export type MailInput = Speech & {
  readonly edition: Edition
  readonly issue: Issue
  /** Sender's postal address. */
  readonly postal: string
  /** How its digest looks; as shipped where absent. */
  readonly brand?: MailBrand
  /** It is counted how often its links are followed, and the mail says so. */
  readonly counted?: boolean
  /** Local date of the first edition that its readers missed and that this one makes up for. */
  readonly catchUp?: string | null
  /** There was less to tell than usual, and the mail says so. */
  readonly quiet?: boolean
}

/** An internal or absolute address with its text. */
export type Link = { readonly label: string; readonly url: string }

/** What all pages show around their content. */
export type Site = {
  readonly name: string
  /** How its digest looks; nothing where it looks as shipped. */
  readonly brand?: BrandView | null
  readonly homeUrl: string
  readonly nav: readonly Link[]
  /** Feeds of editions: JSON Feed, Atom, RSS. */
  readonly feeds: readonly (Link & { readonly type: string })[]
}

export type EditionPageInput = Speech & {
  readonly site: Site
  readonly edition: Edition
  /** `null` for a day without stories. */
  readonly issue: Issue | null
  /** What was wrong in it. */
  readonly corrected?: readonly Correction[]
  readonly previous?: Link | null
  readonly next?: Link | null
}

export type ArchiveEntry = {
  readonly url: string
  readonly number: number
  readonly date: string
  readonly digestName: string
  readonly subject: string
}

export type FrontPageInput = Speech & {
  readonly site: Site
  readonly latest:
    | (Pick<EditionPageInput, 'edition' | 'issue' | 'corrected'> & { readonly url: string })
    | null
  readonly archive: readonly ArchiveEntry[]
}

export type StoryPageInput = Speech & {
  readonly site: Site
  readonly page: StoryPage
  /** Editions that told it, the newest first. */
  readonly days?: readonly StoryDay[]
}

export type OutboxEntry = {
  readonly url: string
  readonly to: string
  readonly subject: string
  readonly date: Instant
}

export type OutboxPageInput = Speech & {
  readonly site: Site
  readonly messages: readonly OutboxEntry[]
}

export type MessagePageInput = Speech & {
  readonly site: Site
  readonly outboxUrl: string
  readonly message: {
    readonly subject: string
    readonly from: string
    readonly to: string
    readonly date: Instant
    readonly text: string
    readonly headers: readonly { readonly name: string; readonly value: string }[]
    /** Serves the HTML part alone. It is shown in a frame without scripts or origin. */
    readonly htmlUrl: string
    readonly rawUrl: string
  }
}

export type Renderer = {
  /** A mail for all readers of one issue; `fillPersonal` makes it one reader's. */
  mail(input: MailInput): Rendered
  /** A mail to one person who asked for it. */
  letter(input: LetterView): Rendered
  editionPage(input: EditionPageInput): string
  frontPage(input: FrontPageInput): string
  storyPage(input: StoryPageInput): string
  outboxPage(input: OutboxPageInput): string
  messagePage(input: MessagePageInput): string
  /** The stories of an issue as bare HTML, for feeds. */
  feedItem(input: Pick<EditionPageInput, 'edition' | 'issue' | 'corrected' | 'locale'>): string
  /** `'sha256-…'` of the style sheet in every page, for a content security policy. */
  readonly pageStyleHash: string
}

/** Builds the renderer once; it compiles each template at its first use. */
export function createRenderer(templates: Templates, base = ''): Renderer {
  const print = compileTemplates(templates, base)
  const pageCss = templates['page.css'] ?? ''
  const mailCss = templates['mail.css'] ?? ''

  const printPage = (name: string, { site, ...speak }: Speech & { site: Site }, view: object) =>
    print(name, {
      ...speech(speak),
      ...{ site: clean(site), brand: clean(site.brand ?? null) },
      ...view,
      css: pageCss,
    })

  const printHtml = (name: string, view: object, palettes: Palettes) =>
    inline(print(name, { ...view, css: fillColours(mailCss, palettes) }), {
      keepAtRules: true,
      loadRemoteStylesheets: false,
      minifyCss: true,
    })

  return {
    mail({
      edition,
      issue,
      postal,
      brand = PLAIN_MAIL,
      counted = false,
      catchUp = null,
      quiet = false,
      ...speak
    }) {
      const own = { ...edition, ...linesOf(edition, issue, speak) }
      const view = (of: Issue) => ({
        ...speech(speak),
        ...viewEdition(own, of, speak),
        ...clean({ postal, brand, counted }),
        notes: notesOf({ catchUp, quiet }, issue, speak),
        left: issue.count - cardsOf(of).length,
      })
      let shown = issue
      let told = view(shown)
      let html = printHtml('mail', told, brand.palettes)
      let text = print('mail.txt', told)
      while (sentBytes(html) + sentBytes(text) > MAX_MAIL_BYTES) {
        const shorter = shorten(shown)
        if (shorter === null) break
        shown = shorter
        told = view(shown)
        html = printHtml('mail', told, brand.palettes)
        text = print('mail.txt', told)
      }
      return { subject: clean(own.subject), html, text }
    },
    letter(input) {
      const view = viewLetter(input)
      const html = printHtml('letter', view, input.brand.palettes)
      return { subject: view.subject, html, text: print('letter.txt', view) }
    },
    editionPage: ({ edition, issue, corrected, previous = null, next = null, ...frame }) =>
      printPage('edition', frame, {
        ...viewEdition({ ...edition, ...linesOf(edition, issue, frame) }, issue, frame, corrected),
        ...clean({ previous, next }),
      }),
    frontPage: ({ latest, archive, ...frame }) =>
      printPage('front', frame, {
        latest: latest && {
          ...viewEdition(latest.edition, latest.issue, frame, latest.corrected),
          url: latest.url,
        },
        archive: clean(archive).map((entry) => viewEntry(entry, frame)),
      }),
    storyPage: ({ page, days = [], ...frame }) =>
      printPage('story', frame, {
        story: viewStoryPage(clean(page), telling(frame, 'UTC'), clean(days)),
      }),
    outboxPage: ({ messages, ...frame }) =>
      printPage('outbox', frame, { messages: clean(messages).map((one) => dated(one, frame)) }),
    messagePage: ({ message, outboxUrl, ...frame }) =>
      printPage('message', frame, { message: dated(clean(message), frame), outboxUrl }),
    feedItem: ({ edition, issue, corrected, ...speak }) =>
      print('feed-item', {
        ...speech(speak),
        ...viewEdition(edition, issue, speak, corrected),
      }).trim(),
    pageStyleHash: `'sha256-${createHash('sha256').update(pageCss, 'utf8').digest('base64')}'`,
  }
}

function speech({ locale = 'en' }: Speech) {
  return { locale, dir: LANGUAGES[languageOf(locale)].dir, say: textsFor(locale) }
}

const telling = ({ locale = 'en' }: Speech, timeZone: string): Telling => {
  return { say: textsFor(locale), locale, timeZone }
}

/** Subject and preview line of an issue: the edition's own subject where it opens with the same story. */
function linesOf(edition: Edition, issue: Issue | null, { locale = 'en' }: Speech) {
  if (issue === null) return { subject: edition.subject, preheader: edition.preheader }
  const given = hasDefaultTop(edition, issue) ? edition.subject : ''
  const subject = given || makeSubject(issue)
  return { subject, preheader: makePreheader(issue, subject, textsFor(locale)) }
}

function viewEdition(
  { pool: _, ...edition }: Edition,
  issue: Issue | null,
  { locale = 'en' }: Speech,
  corrected: readonly Correction[] = [],
) {
  const safe = clean({ edition, issue, corrected })
  const say = textsFor(locale)
  return {
    digestName: safe.edition.digestName,
    number: say('issueNumber', { n: edition.number }),
    date: longDate(edition.date, locale),
    isoDate: edition.date,
    subject: safe.edition.subject,
    preheader: safe.edition.preheader,
    corrected: viewOwn(safe.corrected, say, locale),
    corrections: viewEarlier(safe.edition.corrections ?? [], say, locale),
    issue:
      safe.issue &&
      viewIssue(safe.edition.counters, safe.issue, telling({ locale }, edition.timeZone)),
  }
}

/** What a reader should know of the whole issue: whole sentences. */
function notesOf(
  { catchUp, quiet }: Pick<Required<MailInput>, 'catchUp' | 'quiet'>,
  { count }: Issue,
  { locale = 'en' }: Speech,
): string[] {
  const say = textsFor(locale)
  return [
    ...(quiet ? [say('quietDay', { n: count })] : []),
    ...(catchUp === null ? [] : [say('catchUp', { date: longDate(catchUp, locale) })]),
  ]
}

function viewEntry(entry: ArchiveEntry, { locale = 'en' }: Speech) {
  return {
    ...entry,
    number: textsFor(locale)('issueNumber', { n: entry.number }),
    isoDate: entry.date,
    date: longDate(entry.date, locale),
  }
}

function dated<T extends { readonly date: Instant }>(entry: T, { locale = 'en' }: Speech) {
  return { ...entry, isoDate: entry.date, date: shortTime(entry.date, locale) }
}

/** Does the issue open with the story that the edition's subject was made of? */
function hasDefaultTop({ pool, size }: Edition, issue: Issue): boolean {
  return selectIssue(pool, { topics: [] }, size)?.top.storyId === issue.top.storyId
}
