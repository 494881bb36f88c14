import { createHash } from 'node:crypto'
import { inline } from '@css-inline/css-inline'
import Handlebars from 'handlebars'
import type { Edition, Instant, Issue, Rendered } from '../model.ts'
import { clean } from './escape.ts'
import { KNOWN_HELPERS, registerHelpers } from './helpers.ts'
import { selectIssue } from './select.ts'
import { makePreheader, makeSubject } from './subject.ts'
import { textsFor } from './texts.ts'
import { viewIssue } from './view.ts'

/** Name of a template (its path without `.hbs`) or style sheet (with `.css`) → its source. */
export type Templates = Readonly<Record<string, string>>

/** How to speak: a BCP 47 tag and its writing direction. `en` from left to right by default. */
export type Speech = { readonly locale?: string; readonly dir?: 'ltr' | 'rtl' }

export type MailInput = Speech & {
  readonly edition: Edition
  readonly issue: Issue
  /** Sender's postal address. */
  readonly postal: string
}

/** An internal or absolute address with its text. */
export type Link = { readonly label: string; readonly url: string }

/** What all pages show around their content. */
export type Site = {
  readonly name: string
  readonly homeUrl: string
  readonly nav: readonly Link[]
  /** Feeds of editions: JSON Feed, Atom, RSS. */
  readonly feeds: readonly (Link & { readonly type: string })[]
}

export type EditionPageInput = Speech & {
  readonly site: Site
  readonly edition: Edition
  readonly issue: Issue
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
  readonly latest: { readonly edition: Edition; readonly issue: Issue; readonly url: string } | null
  readonly archive: readonly ArchiveEntry[]
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
  editionPage(input: EditionPageInput): string
  frontPage(input: FrontPageInput): string
  outboxPage(input: OutboxPageInput): string
  messagePage(input: MessagePageInput): string
  /** The stories of an issue as bare HTML, for feeds. */
  feedItem(input: Pick<EditionPageInput, 'edition' | 'issue' | 'locale'>): string
  /** `'sha256-…'` of the style sheet in every page, for a content security policy. */
  readonly pageStyleHash: string
}

/** Builds the renderer once; it compiles each template at its first use. */
export function createRenderer(templates: Templates): Renderer {
  const pageCss = templates['page.css'] ?? ''
  const mailCss = templates['mail.css'] ?? ''
  const run = compileAll(templates)

  const page = (name: string, input: Speech, view: object) =>
    run(name, { ...clean(input), ...view, ...speech(input), css: pageCss })

  return {
    mail({ edition, issue, postal, ...speak }) {
      const safe = clean({ edition, issue, postal })
      const view = {
        ...speech(speak),
        ...viewEdition(safe.edition, safe.issue, speak),
        postal: safe.postal,
      }
      const subject = hasDefaultTop(safe.edition, safe.issue)
        ? safe.edition.subject
        : makeSubject(safe.issue)
      const preheader = makePreheader(safe.issue)
      const html = run('mail', { ...view, subject, preheader, css: mailCss })
      return {
        subject,
        html: inline(html, { keepAtRules: true, loadRemoteStylesheets: false, minifyCss: true }),
        text: run('mail.txt', { ...view, subject }),
      }
    },
    editionPage: (input) =>
      page('edition', input, viewEdition(clean(input.edition), clean(input.issue), input)),
    frontPage: (input) => page('front', input, viewFront(clean(input))),
    outboxPage: (input) => page('outbox', input, { messages: dated(clean(input.messages), input) }),
    messagePage: (input) => {
      const message = clean(input.message)
      return page('message', input, { message: dated([message], input)[0] })
    },
    feedItem: (input) => {
      const { edition, issue } = clean({ edition: input.edition, issue: input.issue })
      return run('feed-item', { ...speech(input), ...viewEdition(edition, issue, input) })
    },
    pageStyleHash: `'sha256-${createHash('sha256').update(pageCss, 'utf8').digest('base64')}'`,
  }
}

/** Text templates end in `.txt` and are not escaped; all others are. */
function compileAll(templates: Templates): (name: string, view: object) => string {
  const environment = Handlebars.create()
  registerHelpers(environment)
  const compiled = new Map<string, HandlebarsTemplateDelegate>()
  for (const [name, source] of Object.entries(templates)) {
    if (name.endsWith('.css')) continue
    const template = environment.compile(source, {
      knownHelpers: KNOWN_HELPERS,
      knownHelpersOnly: true,
      noEscape: name.endsWith('.txt'),
    })
    compiled.set(name, template)
    environment.registerPartial(name, template)
  }
  return (name, view) => {
    const template = compiled.get(name)
    if (template === undefined) throw new RangeError(`no template "${name}"`)
    return template(view)
  }
}

function speech({ locale = 'en', dir = 'ltr' }: Speech) {
  return { locale, dir, say: textsFor(locale) }
}

function viewEdition(edition: Edition, issue: Issue, { locale = 'en' }: Speech) {
  const say = textsFor(locale)
  return {
    digestName: edition.digestName,
    number: say('issueNumber', { n: edition.number }),
    date: longDate(edition.date, locale),
    isoDate: edition.date,
    subject: edition.subject,
    preheader: edition.preheader,
    issue: viewIssue(edition, issue, say),
    storyCount: issue.count,
  }
}

function viewFront({ latest, archive, locale = 'en' }: FrontPageInput) {
  const say = textsFor(locale)
  return {
    latest: latest && { ...viewEdition(latest.edition, latest.issue, { locale }), url: latest.url },
    archive: archive.map((entry) => ({
      ...entry,
      number: say('issueNumber', { n: entry.number }),
      isoDate: entry.date,
      date: longDate(entry.date, locale),
    })),
  }
}

/** A local date, `YYYY-MM-DD`, in words. */
function longDate(date: string, locale: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeZone: 'UTC' }).format(
    new Date(`${date}T00:00:00Z`),
  )
}

function dated<T extends { readonly date: Instant }>(
  entries: readonly T[],
  { locale = 'en' }: Speech,
) {
  const format = new Intl.DateTimeFormat(locale, {
    dateStyle: 'medium',
    timeStyle: 'short',
    timeZone: 'UTC',
  })
  return entries.map((entry) => ({
    ...entry,
    isoDate: entry.date,
    date: `${format.format(new Date(entry.date))} UTC`,
  }))
}

/** Does the issue open with the story that the edition's subject was made of? */
function hasDefaultTop({ pool, size }: Edition, issue: Issue): boolean {
  return selectIssue(pool, { topics: [] }, size)?.top.storyId === issue.top.storyId
}
