/**
 * The words of Daily Dose, each defined once. Every file uses exactly these.
 *
 * source        something read regularly: a feed, a folder of front-matter files, a file
 * document      the bytes of one reading of a source: one feed body, one file
 * article       one publication by one provider, unique by its canonical URL
 * provider      whoever published an article: a name and a domain
 * story         the articles that report one event
 * digest        an operator's publication: a schedule, topics, rules and a sender
 * edition       one issue of one digest; frozen, it holds a pool of ranked cards
 * card          all that an edition shows of one story
 * subscriber    an address that agreed; a subscription joins it to a digest
 * issue         what one reader gets of an edition: the pool after the reader's choices
 * delivery      one edition to one subscription, with a state that can say "unknown"
 * run           one attempt of one stage on one row version
 * actor         who asks for something: an account, a token, the command line
 * alert         something that is not as it should be, from when it began until it was well again
 */

/** An instant as ISO 8601 in UTC with milliseconds: `2026-11-20T06:00:00.000Z`. Sorts as text. */
export type Instant = string

/** A named, signed share of a total. The parts of one total add up to it. */
export type Part = { readonly name: string; readonly value: number; readonly note?: string }

/** Parts of a story's score that decide on print. */
export const PRINT_PARTS = {
  /** It poses as news: no edition prints it by itself. */
  noise: 'noise',
  /** An editor put it at a place. */
  placed: 'editor',
} as const

/** A total with the parts that explain it. */
export type Score = { readonly total: number; readonly parts: readonly Part[] }

/** What a publisher lets be shown of its articles, beside titles and links. */
export type Rights = {
  /** Words quoted of one source at most, on a card and on a story's page; `null` for no limit. */
  readonly quoteWords: number | null
  readonly images: boolean
  /** Its words and pictures may stay in editions that are no longer a digest's newest. */
  readonly archive: boolean
  /** Search engines may keep pages that quote it. */
  readonly index: boolean
}

export type Provider = { readonly name: string; readonly domain: string }

/** How often a feed asks to be read. Hours and days are those of UTC. */
export type Pacing = {
  /** RSS `ttl`: how long a copy may be kept, minutes. */
  readonly ttlMinutes: number | null
  /** RSS `skipHours`: hours in which nothing new comes, 0–23, ascending. */
  readonly skipHours: readonly number[]
  /** RSS `skipDays`: the same for days, 0 (Sunday) to 6, ascending. */
  readonly skipDays: readonly number[]
  /** `sy:updatePeriod` divided by `sy:updateFrequency`, seconds. */
  readonly updatePeriodSeconds: number | null
}

/** A feed that a page names as its own. */
export type FeedLink = { readonly url: string; readonly title: string | null }

/** A picture that came with an article. Width and height in pixels, `null` where not told. */
export type Image = {
  readonly url: string
  readonly width: number | null
  readonly height: number | null
  readonly title: string | null
}

/** A picture on a card, with the article it came with. */
export type CardImage = Image & { readonly articleId?: string }

/** An article another publisher's file names as related; kept as given, never mixed in. */
export type Related = {
  readonly title: string
  readonly url: string
  readonly publishedAt: Instant | null
  readonly provider: Provider | null
  readonly quality: number | null
}

/**
 * One publication as read from a document, before the store knows it. Text is plain Unicode:
 * paragraphs joined by one blank line, no line break inside a paragraph, no boilerplate.
 */
export type ArticleDraft = {
  /** Where it was read from: a file path or a feed item's id. Unique within its source. */
  readonly ref: string
  /** Canonical URL; for a file that names none, `file:` and its name. */
  readonly url: string
  readonly title: string
  readonly author: string | null
  /** `null` where the document tells none: the store then takes the time of first sight. */
  readonly publishedAt: Instant | null
  readonly provider: Provider | null
  readonly language: string | null
  readonly excerpt: string
  readonly text: string
  /** The text is the publisher's excerpt: there was no body to read. */
  readonly excerptOnly: boolean
  readonly images: readonly Image[]
  readonly topics: readonly string[]
  /** Values a source brings along, kept as given. */
  readonly given: {
    readonly quality: number | null
    readonly heat: number | null
    readonly related: readonly Related[]
  }
  /** `false` when the publisher withdrew or never released it: it may reach no edition. */
  readonly published: boolean
  readonly warnings: readonly string[]
}

/** A rule that keeps articles out, e.g. `block` and `title: webinar`. */
export type FilterRule = {
  /** `block` keeps out what meets it, `keep` what meets none of its kind. */
  readonly action: 'block' | 'keep'
  readonly rule: string
  /** Where the rule stands, for the reason an article is told. */
  readonly of: string
}

/** An article as the store holds it, with the current version of its text. */
export type Article = {
  readonly id: string
  /** Place in the clustering log; `null` until the cluster stage has taken it up. */
  readonly seq: number | null
  readonly sourceId: string
  readonly url: string
  readonly title: string
  readonly author: string | null
  readonly provider: Provider
  /** Time of first sight where `undated`. */
  readonly publishedAt: Instant
  readonly undated: boolean
  readonly firstSeenAt: Instant
  readonly language: string | null
  readonly excerpt: string
  readonly text: string
  /** SHA-256 of the UTF-8 bytes of `text`, hex. */
  readonly textSha256: string
  /** Counts the versions of the text, from 1. */
  readonly version: number
  readonly excerptOnly: boolean
  readonly images: readonly Image[]
  readonly topics: readonly string[]
  readonly given: ArticleDraft['given']
  /** 0–100, `null` until scored. */
  readonly quality: number | null
  readonly qualityParts: readonly Part[]
  readonly duplicateOf: string | null
  /** Older than 48 h at first contact with its source: never in the current edition. */
  readonly backfill: boolean
  /** Absent where nothing is held back. */
  readonly rights?: Rights
}

/** Who wrote what: the first to tell it, another with words of its own, or a copy of one of them. */
export type Role = 'head' | 'own' | 'copy'

export type Member = { readonly article: Article; readonly role: Role }

/**
 * A sentence taken word for word. `text.slice(start, end)` of the article's text version whose
 * UTF-8 SHA-256 is `sha256` is the sentence, always; offsets count UTF-16 code units.
 */
export type SummarySentence = {
  readonly text: string
  readonly articleId: string
  readonly start: number
  readonly end: number
  readonly sha256: string
  /** Other articles of the story that say the same. */
  readonly support: readonly string[]
  /** Several tell the story, and only this source tells this. */
  readonly alone?: true
}

/** One quantity that sources tell differently, each in the sentence it stands in. */
export type Disagreement = {
  /** What is counted: `USD`, `%`, `killed`, `homes`. */
  readonly unit: string
  readonly sides: readonly { readonly says: string; readonly sentence: SummarySentence }[]
}

/** What the page of a story tells under one heading: one day's news, or one kind of sentence. */
export type StorySection = {
  readonly heading: { readonly day: string } | { readonly aspect: 'figures' | 'said' | 'more' }
  readonly sentences: readonly SummarySentence[]
}

/** How a story went on since earlier editions of a digest told it. */
export type Development = {
  /** Local dates of the editions that told it first and last, `YYYY-MM-DD`. */
  readonly firstTold: string
  readonly lastTold: string
  /**
   * What is new to the digest's readers, 0–1: of the article that came since and has most of it, the
   * share of sentences that say what none of the texts known before says. At 0 it is not told again.
   */
  readonly novelty: number
  /** Providers that have words of their own now and had none then. */
  readonly newSources: readonly string[]
  /** Numbers that were told otherwise then: `$2 bn` → `$2.4 bn`. */
  readonly changes: readonly { readonly before: string; readonly after: string }[]
}

/** Articles that report one event, with all that was worked out about them. */
export type Story = {
  readonly id: string
  readonly headline: string
  readonly members: readonly Member[]
  readonly sentences: readonly SummarySentence[]
  readonly topics: readonly string[]
  readonly firstSeenAt: Instant
  readonly lastSeenAt: Instant
  /** 0–100. */
  readonly heat: number
  readonly heatParts: readonly Part[]
  readonly disagreements: readonly Disagreement[]
  /** `null` where no edition has told it: all of it is new. */
  readonly development: Development | null
}

/** What a story is about, in the words of its articles, the most telling first. */
export type About = { readonly phrases: readonly string[]; readonly names: readonly string[] }

/** A story with its place: `score` is the sum of `parts`. */
export type RankedStory = {
  readonly story: Story
  readonly score: number
  readonly parts: readonly Part[]
}

/** How the articles of a page without a feed are found: CSS selectors. */
export type ListRules = {
  /** Each match is one article: its link, or what stands around it. */
  readonly item: string
  /** Inside the item; the item itself or the first link in it by default. */
  readonly link: string | null
  /** Inside the item; the words of the link by default. */
  readonly title: string | null
  /** Inside the item; the first `time` by default. */
  readonly date: string | null
  /** On the page: the link to the page that goes on. */
  readonly next: string | null
  /** Articles taken in one reading, the first of the page. */
  readonly limit: number
}

/** A numbered entry of a card's list of sources. */
export type Citation = {
  /** From 1, in the order in which the sentences cite them. */
  readonly n: number
  readonly articleId: string
  readonly title: string
  readonly url: string
  readonly provider: Provider
  readonly publishedAt: Instant
  readonly role: Role
}

export type CardSentence = SummarySentence & {
  /** Number of the source the sentence is taken from. */
  readonly cites: number
  /** Numbers of the sources that say the same. */
  readonly alsoCites: readonly number[]
  /** The source at this very sentence: its URL with a text fragment. */
  readonly link: string
}

export type CardDisagreement = {
  readonly unit: string
  readonly sides: readonly { readonly says: string; readonly sentence: CardSentence }[]
}

/** All that an edition shows of one story. Plain data: it is frozen with the edition. */
export type Card = {
  readonly storyId: string
  /** From 1, the best first. */
  readonly rank: number
  readonly headline: string
  /** Main topic, the section the card stands in. */
  readonly topic: string
  readonly topics: readonly string[]
  readonly sentences: readonly CardSentence[]
  readonly citations: readonly Citation[]
  readonly articleCount: number
  /** Providers that covered the story. */
  readonly sourceCount: number
  /** Providers with words of their own. */
  readonly independentCount: number
  readonly image: CardImage | null
  readonly firstSeenAt: Instant
  readonly lastSeenAt: Instant
  readonly score: number
  readonly parts: readonly Part[]
  /** Why it stands where it stands, in English, as it was frozen; mails and pages word it anew. */
  readonly why: string
  /** No source brought a body: the sentences come from publishers' excerpts. */
  readonly excerptOnly: boolean
  /** Taken down at its publisher's request: only its place is shown. Never frozen. */
  readonly withheld?: true
  /** Numbers that its sources tell differently, side by side. */
  readonly disagreements?: readonly CardDisagreement[]
  /** What an earlier edition told goes on: the sentences are only what is new. */
  readonly followUp?: Development | null
}

/** The page of a story, made with its summary. */
export type StoryPage = {
  /** With all sentences of the page, so that what may be shown of a card may be shown here. */
  readonly card: Card
  /** Sentences by the keys of `keyOf`: of the summary, and of each section. */
  readonly summary: readonly string[]
  readonly sections: readonly {
    readonly heading: StorySection['heading']
    readonly sentences: readonly string[]
  }[]
  /** Its articles by time, the earliest first. */
  readonly timeline: readonly Citation[]
}

/** From `from` (exclusive) to `to` (inclusive). */
export type Span = { readonly from: Instant; readonly to: Instant }

/** `waiting`: composed and fixed, seen by nobody outside until somebody says yes or its time comes. */
export type EditionState = 'draft' | 'waiting' | 'frozen' | 'sending' | 'sent' | 'skipped'

/** `short`: it goes out and says so; `skip`: its stories wait for the next issue. */
export type QuietRule = { readonly below: number; readonly rule: 'short' | 'skip' }

/** Hours that a composed edition waits for a yes, and what becomes of it without one. */
export type ApprovalRule = { readonly hours: number; readonly else: 'send' | 'skip' }

/** Full hours 0–24, `from` before `to`. */
export type SendWindow = { readonly from: number; readonly to: number }

export type Digest = {
  readonly id: string
  readonly name: string
  /** Five cron fields, read in `timeZone`. */
  readonly schedule: string
  /** IANA zone, e.g. `Europe/Zurich`. */
  readonly timeZone: string
  /** Topics it covers; none means all. */
  readonly topics: readonly string[]
  /** Stories in a full issue. */
  readonly size: number
  /** `Name <address>`; `null` takes the setting `MAIL_FROM`. */
  readonly from: string | null
  /** Sender's postal address; `null` takes the setting `POSTAL_ADDRESS`. */
  readonly postal: string | null
  /** What is done where an issue has fewer stories than `below`; `null`: it is sent like any other. */
  readonly quiet: QuietRule | null
  /**
   * Full hour on the reader's clock after which a mail due earlier that day is sent no more: what it
   * would have told comes with the next. `null`: it is sent whenever that can be.
   */
  readonly deadlineHour: number | null
  /** Hours on the reader's clock between which mails leave: from `from`:00 until before `to`:00. */
  readonly window: SendWindow | null
  /** Whether it is counted how often the links of its mails are followed. */
  readonly countClicks: boolean
  /** `null` for one that looks as shipped. */
  readonly brand: Brand | null
  /** `null`: what is composed is sent. */
  readonly approval: ApprovalRule | null
  readonly active: boolean
  /** Whether anybody may sign up for it. */
  readonly open: boolean
  /** When its schedule and zone were set: nothing was missed before. */
  readonly scheduledSince: Instant
}

export type Scheme = 'light' | 'dark'

/** What an operator may choose of the colours of one scheme, as `#rrggbb`. */
export type Colours = { readonly accent: string; readonly ink: string; readonly paper: string }

/** How a digest looks where it differs from what is shipped. */
export type Brand = {
  readonly colours: Readonly<Record<Scheme, Partial<Colours>>>
  /** Names the bytes of the picture above the name; `null` for none. */
  readonly logo: string | null
  /** Words below the masthead and at the end; empty for none. */
  readonly intro: string
  readonly footer: string
}

/** How much came in and how much of it is in the edition. */
export type Counters = {
  readonly articles: number
  readonly sources: number
  readonly stories: number
}

/** What was wrong in an edition that was sent, in an editor's words. */
export type Correction = {
  /** Edition it stood in, and its local date. */
  readonly editionId: string
  readonly date: string
  readonly storyId: string
  /** Of the story, as it was printed. */
  readonly headline: string
  readonly text: string
  readonly at: Instant
}

export type Edition = {
  readonly id: string
  readonly digestId: string
  readonly digestName: string
  readonly number: number
  /** Local date in the digest's zone, `YYYY-MM-DD`. */
  readonly date: string
  readonly timeZone: string
  readonly span: Span
  readonly state: EditionState
  readonly frozenAt: Instant | null
  readonly subject: string
  readonly preheader: string
  readonly counters: Counters
  /** Stories in a full issue. */
  readonly size: number
  readonly pool: readonly Card[]
  /** Of earlier editions, told to the readers of this one. Absent where there are none. */
  readonly corrections?: readonly Correction[]
  /** SHA-256 of the frozen content, hex; `null` while a draft. */
  readonly hash: string | null
}

/** Which way a reader moves stories of a kind. */
export type Lean = 'more' | 'less'

/** What a reader wants of the pool. */
export type Choices = {
  /** Topics wanted; none means all. */
  readonly topics: readonly string[]
  /** Steps of "more" (up to 3) and "less" (down to −3) by topic; those not named stand at 0. */
  readonly weights?: Readonly<Record<string, number>>
  /** Domains of providers of whom nothing is shown. */
  readonly muted?: readonly string[]
}

/** The pool after one reader's choices, in printing order. Every card stands in one place only. */
export type Issue = {
  readonly top: Card
  readonly highlights: readonly Card[]
  readonly sections: readonly { readonly topic: string; readonly cards: readonly Card[] }[]
  readonly quick: readonly Card[]
  /** Cards in all of the above. */
  readonly count: number
}

/** A mail's three parts. `html` and `text` tell the same stories with the same links. */
export type Rendered = { readonly subject: string; readonly html: string; readonly text: string }

/**
 * A mail to one person who asked for it.
 * signup  somebody wants a digest sent to this address: confirm
 * link    the way to what only the owner of an address may do
 * move    this is to be the new address of a reader: confirm
 * moved   tells the old address
 * alert   tells the operator what is not as it should be, or is again
 */
export type LetterKind = 'signup' | 'link' | 'move' | 'moved' | 'alert'

/** What is watched, one rule each. */
export type AlertRule =
  | 'edition-late'
  | 'edition-at-risk'
  | 'delivery-late'
  | 'source-down'
  | 'queue-age'
  | 'failure-rate'
  | 'bounce-rate'
  | 'complaint-rate'
  | 'mailbox-down'
  | 'disk'

/** A rule that is broken, by one subject: a digest, a source, a stage, a disk. */
export type Trouble = {
  readonly rule: AlertRule
  readonly subject: string
  /** Told in quiet hours too. */
  readonly urgent: boolean
  readonly detail: string
}

export type Alert = Trouble & {
  readonly since: Instant
  /** When the trouble was last there. */
  readonly seenAt: Instant
  /** When it was last told; `null` while nobody was. */
  readonly toldAt: Instant | null
  readonly resolvedAt: Instant | null
  readonly mutedUntil: Instant | null
}

export type Pace = 'daily' | 'weekdays' | 'weekly'

/** `planned ⇄ deferred → claimed → submitted → accepted`; the rest are ends of their own. */
export type DeliveryState =
  | 'planned'
  | 'deferred'
  | 'claimed'
  | 'submitted'
  | 'accepted'
  | 'bounced'
  | 'complained'
  | 'unknown'
  | 'skipped'

/**
 * What came back about a mail that had left.
 * hard         it did not arrive, and the address is of no use
 * soft         it did not arrive, and the next one may
 * complaint    its reader reported it as unwanted
 * unsubscribe  its reader wants no more
 * auto-reply   nobody wrote this: the reader is away
 * notice       it is late, or has arrived
 * unknown      something else
 */
export type ReportKind =
  | 'hard'
  | 'soft'
  | 'complaint'
  | 'unsubscribe'
  | 'auto-reply'
  | 'notice'
  | 'unknown'

/** A mail ready to leave: addressed, signed headers in place, nothing secret in it. */
export type Message = {
  readonly messageId: string
  readonly from: { readonly name: string; readonly address: string }
  readonly to: { readonly name: string; readonly address: string }
  readonly subject: string
  readonly html: string
  readonly text: string
  readonly headers: Readonly<Record<string, string>>
  readonly date: Instant
}

/**
 * What accounts and tokens may do, each all that the one before may.
 * viewer    sees everything but secrets, and changes nothing
 * editor    decides over stories and editions
 * operator  works sources, digests, readers and queues
 * admin     gives access, and touches settings, files and back-ups
 */
export const USER_ROLES = ['viewer', 'editor', 'operator', 'admin'] as const
export type UserRole = (typeof USER_ROLES)[number]

/** What a run logged, without addresses of people. */
export type RunLine = {
  readonly at: Instant
  readonly level: 'info' | 'warn' | 'error'
  readonly says: string
}

/** Who asks, as the audit log names them. */
export type Actor = {
  /** `anna`, `token:backups`, `command line`. */
  readonly name: string
  readonly role: UserRole
  /** The only nouns whose commands a token may run; `null` for all. */
  readonly nouns: readonly string[] | null
  /** Network address the request came from; `null` on this machine's command line. */
  readonly address: string | null
}

export const hasRole = ({ role }: Pick<Actor, 'role'>, least: UserRole): boolean =>
  USER_ROLES.indexOf(role) >= USER_ROLES.indexOf(least)

/** Whether somebody may do what is done to `noun`: a token may be for some nouns only. */
export const isFor = ({ nouns }: Pick<Actor, 'nouns'>, noun: string): boolean =>
  nouns === null || nouns.includes(noun)
