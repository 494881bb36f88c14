import type { ColumnType, JSONColumnType } from 'kysely'
import type {
  AlertRule,
  ArticleDraft,
  Brand,
  Card,
  Correction,
  Counters,
  DeliveryState,
  EditionState,
  FeedLink,
  Image,
  Instant,
  LetterKind,
  ListRules,
  Pace,
  Pacing,
  Part,
  ReportKind,
  RunLine,
  StoryPage,
  SummarySentence,
  UserRole,
} from '../model.ts'

/** JSON is written as text, since drivers take a bare array for a PostgreSQL array. */
type Json<T extends object> = JSONColumnType<T, string, string>
/** Written when the row is made; changed seldom. */
type Defaulted<T> = ColumnType<T, T | undefined, T>

export type SourceState = 'active' | 'paused' | 'gone'
export type SourceKind = 'feed' | 'folder' | 'list' | 'push'
export type HubState = 'offered' | 'asked' | 'active' | 'refused' | 'leaving'
export type Outcome =
  | 'new'
  | 'updated'
  | 'unchanged'
  | 'duplicate'
  | 'unpublished'
  | 'filtered'
  | 'rejected'
/** What became of one visit to a source. */
export type RequestAnswer =
  | 'fetched'
  | 'unchanged'
  | 'failed'
  | 'gone'
  | 'postponed'
  | 'disallowed'
  | 'unreachable'
  | 'refused'
/** Whether the pages of a source's articles are read: where it brings teasers, all, or none. */
export type FullText = 'auto' | 'always' | 'never'
/** `taken`: its text is the article's; `kept`: the text of the feed stays; `duplicate`: of a twin. */
export type PageState = 'wanted' | 'taken' | 'kept' | 'duplicate'
export type RunState = 'queued' | 'running' | 'done' | 'failed' | 'retrying'

export type SubscriptionState = 'pending' | 'confirmed' | 'paused' | 'unsubscribed'

/** A mail to one of our addresses, somebody with the token, an operator's file. */
export type ReportWay = 'mail' | 'api' | 'operator'

export type LetterState =
  | 'planned'
  | 'claimed'
  | 'submitted'
  | 'accepted'
  | 'bounced'
  | 'unknown'
  | 'dropped'

/** What a sign-up brings along, and whose new address was asked for. */
export type LetterChoices = {
  /** The sentence they agreed to. */
  readonly consent?: string
  /** Of a `moved`: the new address, masked. */
  readonly to?: string
  /** Of an `alert`: what it says. */
  readonly says?: {
    readonly subject: string
    readonly text: string
    readonly lines: readonly string[]
  }
}

/** What was asked for: `stories` to merge into the first, or `articles` to take out of or put into one. */
export type Asked = {
  readonly stories: readonly string[]
  readonly articles: readonly string[]
  /** The decision to be undone. */
  readonly decision?: string
  /** The digest that is to do without a story; all of them where it is absent. */
  readonly digest?: string
}

/** What the log says of a decision, an undo or a removal: all that it depended on. */
export type LogDetail = {
  /** Articles and the stories they belong to from then on, with those they were in. */
  readonly pins?: readonly { readonly id: string; readonly from: string; readonly to: string }[]
  /** The log entry that is undone. */
  readonly undoes?: number
  readonly removed?: readonly string[]
  /** The story that holds this article is not told, by one digest or by any. */
  readonly mute?: { readonly article: string; readonly digest: string | null }
  /** The story that holds this article has its title. */
  readonly headline?: string
  /** Articles whose stories want a new summary. */
  readonly retell?: readonly string[]
}

/** A replay: what is to be tried on which days. */
export type ReplayRequest = {
  readonly from: string
  readonly to: string
  /** Weights of the ranking that are not as they were. */
  readonly weights: Readonly<Record<string, number>>
  /** Settings of the grouping that are not as they were. */
  readonly grouping: Readonly<Record<string, number>>
  /** Ids of sources to do without. */
  readonly without: readonly string[]
  /** The articles are grouped anew from the log, also where nothing about it is changed. */
  readonly anew: boolean
}

/** What an issue was made of, beside its edition's pool: made again of the same, it is the same. */
export type IssueSource = {
  readonly topics: readonly string[]
  readonly weights: Readonly<Record<string, number>>
  readonly muted: readonly string[]
  /** Editions that it made up for, the oldest first. */
  readonly missed: readonly string[]
  /** Hashes of the issues its readers had got, the oldest first. */
  readonly heard: readonly string[]
  /** Of what it says itself, BCP 47; English where absent. */
  readonly language?: string
}

/** The rows of the schema `dose`, column by column as in migrations/. */
export type Tables = {
  setting: { name: string; value: string }
  source: {
    id: string
    kind: SourceKind
    url: string
    name: string
    authority: Defaulted<number>
    topics: Defaulted<string[]>
    state: Defaulted<SourceState>
    etag: Defaulted<string | null>
    last_modified: Defaulted<string | null>
    interval_seconds: number
    next_fetch_at: Instant
    first_fetch_at: Defaulted<Instant | null>
    fetched_at: Defaulted<Instant | null>
    succeeded_at: Defaulted<Instant | null>
    fetches: Defaulted<number>
    failures: Defaulted<number>
    last_error: Defaulted<string | null>
    list_rules: ColumnType<ListRules | null, string | null | undefined, string | null>
    folder: Defaulted<string | null>
    secrets: Defaulted<string | null>
    full_text: Defaulted<FullText>
    created_at: Instant
    quote_words: Defaulted<number | null>
    show_images: Defaulted<boolean | null>
    show_archive: Defaulted<boolean | null>
    show_index: Defaulted<boolean | null>
    interval_fixed: Defaulted<boolean>
    next_reason: Defaulted<string | null>
    last_status: Defaulted<number | null>
    failing_since: Defaulted<Instant | null>
    no_feed: Defaulted<string | null>
    proposed: JSONColumnType<FeedLink[], string | undefined, string>
    moved_to: Defaulted<string | null>
    moved_times: Defaulted<number>
    ref: Defaulted<string | null>
    pacing: JSONColumnType<Partial<Pacing>, string | undefined, string>
    gap_seconds: Defaulted<number | null>
    newest_at: Defaulted<Instant | null>
  }
  filter_rule: {
    id: string
    source_id: string
    action: 'block' | 'keep'
    rule: string
    created_at: Instant
  }
  budget: { domain: string; next_at: Instant; turns: Json<Record<string, number>> }
  silence: { host: string; until: Instant; reason: string }
  request: {
    source_id: string
    slot: number
    at: Instant
    asked: string
    conditional: boolean
    answer: RequestAnswer
    status: number | null
    came_from: string | null
    requests: number
    bytes: number
    ms: number
    waited_ms: number
    note: string | null
  }
  hub_subscription: {
    source_id: string
    hub: string
    topic: string
    state: HubState
    tries: Defaulted<number>
    next_at: Instant
    lease_ends_at: Defaulted<Instant | null>
    delivered_at: Defaulted<Instant | null>
    error: Defaulted<string | null>
  }
  document: {
    id: string
    source_id: string
    ref: string
    url: string | null
    content_type: string | null
    version: number
    sha256: string
    bytes: Uint8Array | null
    state: 'pending' | 'ingested' | 'rejected'
    counts: Json<Partial<Record<Outcome, number>>>
    /** Of its last ingest: what was odd and did no harm. */
    warnings: JSONColumnType<string[], string | undefined, string>
    fetched_at: Instant
  }
  rejection: {
    document_id: string
    ref: string
    outcome: 'rejected' | 'duplicate' | 'unpublished' | 'filtered'
    reason: string
    article_id: string | null
  }
  article: {
    id: string
    seq: Defaulted<number | null>
    source_id: string
    document_id: string
    ref: string
    url: string
    title: string
    author: string | null
    provider_name: string
    provider_domain: string
    published_at: Instant
    undated: boolean
    first_seen_at: Instant
    language: string | null
    excerpt: string
    excerpt_only: boolean
    images: Json<Image[]>
    topics: string[]
    given: Json<ArticleDraft['given']>
    content_sha256: string
    published: boolean
    backfill: boolean
    version: number
    quality: Defaulted<number | null>
    quality_parts: JSONColumnType<Part[], string | undefined, string>
    scored_version: Defaulted<number>
    logged_version: Defaulted<number>
    hints: Defaulted<string[]>
  }
  article_text: {
    article_id: string
    version: number
    title: string
    text: string
    sha256: string
    at: Instant
  }
  page: {
    article_id: string
    state: PageState
    reason: string | null
    tries: Defaulted<number>
    next_at: Instant
    asked_at: Defaulted<Instant | null>
    etag: Defaulted<string | null>
    last_modified: Defaulted<string | null>
    canonical_url: Defaulted<string | null>
    twin_id: Defaulted<string | null>
  }
  log_entry: {
    seq: number
    kind: 'article' | 'revision' | 'tick' | 'decision' | 'undo' | 'removal'
    article_id: string | null
    version: number | null
    at: Instant
    detail: JSONColumnType<LogDetail | null, string | null | undefined, string | null>
  }
  decision: {
    id: string
    kind: 'merge' | 'split' | 'pin' | 'mute' | 'headline' | 'undo' | 'removal'
    asked: Json<Asked>
    at: Instant
    seq: Defaulted<number | null>
    undone_by: Defaulted<string | null>
  }
  story_move: { from_id: string; to_id: string; seq: number; articles: number }
  cluster_record: { first: number; bytes: Uint8Array }
  lease: { name: string; holder: string; fence: number; expires_at: Instant }
  cluster_state: {
    id: number
    watermark: number
    snapshot_seq: number
    snapshot: Uint8Array | null
    settings: Json<object>
  }
  story: {
    id: string
    version: number
    summarised_version: Defaulted<number>
    headline: Defaulted<string>
    sentences: JSONColumnType<SummarySentence[], string | undefined, string>
    topics: Defaulted<string[]>
    /** Key phrases and names of those it is about, the most telling first. */
    phrases: Defaulted<string[]>
    names: Defaulted<string[]>
    /** As its last summary left it; `null` until then. */
    page: JSONColumnType<StoryPage, string | undefined, string> | null
    first_seen_at: Instant
    last_seen_at: Instant
  }
  member: { article_id: string; story_id: string; duplicate_of: string | null }
  digest: {
    id: string
    name: string
    schedule: string
    time_zone: string
    topics: string[]
    size: number
    from_mailbox: string | null
    postal: string | null
    quiet_below: Defaulted<number | null>
    quiet_skip: Defaulted<boolean>
    deadline_hour: Defaulted<number | null>
    window_from: Defaulted<number | null>
    window_to: Defaulted<number | null>
    approve_hours: Defaulted<number | null>
    approve_sends: Defaulted<boolean>
    active: Defaulted<boolean>
    created_at: Instant
    scheduled_since: Defaulted<Instant | null>
    open: Defaulted<boolean>
    count_clicks: Defaulted<boolean>
  }
  brand: {
    digest_id: string
    colours: JSONColumnType<Brand['colours'], string | undefined, string>
    logo: Defaulted<Uint8Array | null>
    logo_type: Defaulted<string | null>
    logo_hash: Defaulted<string | null>
    intro: Defaulted<string>
    footer: Defaulted<string>
  }
  edition: {
    id: string
    digest_id: string
    date: string
    slot: number
    number: Defaulted<number | null>
    span_from: Instant
    span_to: Instant
    dated: boolean
    deliver: boolean
    at_once: boolean
    state: EditionState
    subject: Defaulted<string>
    preheader: Defaulted<string>
    counters: JSONColumnType<Counters, string | undefined, string>
    size: number
    pool: JSONColumnType<Card[], string | undefined, string>
    hash: Defaulted<string | null>
    log_from: Defaulted<number | null>
    log_to: Defaulted<number | null>
    created_at: Instant
    frozen_at: Defaulted<Instant | null>
    served_subject: Defaulted<string | null>
    swept: Defaulted<boolean>
    approve_by: Defaulted<Instant | null>
    approve_sends: Defaulted<boolean>
    corrections: JSONColumnType<Correction[], string | undefined, string>
  }
  editing: {
    edition_id: string
    digest_id: string
    places: Json<{ storyId: string; place: number }[]>
    left_out: string[]
    size: number | null
    at: Instant
  }
  correction: {
    id: string
    edition_id: string
    story_id: string
    headline: string
    text: string
    at: Instant
    carried_by: Defaulted<string | null>
  }
  edition_input: { edition_id: string; part: number; bytes: Uint8Array }
  ranking: {
    digest_id: string
    version: number
    weights: Json<Record<string, number>>
    origin: string
    at: Instant
  }
  replay: {
    id: string
    digest_id: string
    request: Json<ReplayRequest>
    state: 'planned' | 'running' | 'done' | 'failed'
    /** Days that are done, and all there are. */
    done: Defaulted<number>
    days: Defaulted<number>
    note: Defaulted<string>
    result: JSONColumnType<object, string | undefined, string> | null
    created_at: Instant
    ended_at: Defaulted<Instant | null>
  }
  click: { edition_id: string; url: string; clicks: number }
  takedown: {
    id: string
    kind: 'article' | 'source'
    target: string
    name: string
    reason: string
    at: Instant
  }
  takedown_article: { takedown_id: string; article_id: string }
  issue: {
    edition_id: string
    hash: string
    told: Json<{ storyId: string; sentences: string[] }[]>
    made_of: Json<IssueSource>
  }
  told: {
    edition_id: string
    story_id: string
    sentences: Json<string[]>
    articles: Json<{ id: string; version: number; provider: string }[]>
  }
  subscriber: {
    id: string
    email: string
    email_key: string
    name: string
    created_at: Instant
    language: Defaulted<string | null>
  }
  consent: {
    id: string
    subscription_id: string
    text: string
    language: string
    asked_at: Instant
    asked_from: string | null
    confirmed_at: Instant
    confirmed_from: string | null
  }
  letter: {
    id: string
    kind: LetterKind
    email: string
    email_key: string
    /** What limits count by: several addresses may lead to one mailbox. */
    mailbox: Defaulted<string>
    language: string
    digest_id: Defaulted<string | null>
    subscriber_id: Defaulted<string | null>
    choices: JSONColumnType<LetterChoices, string | undefined, string>
    asked_from: Defaulted<string | null>
    network: Defaulted<string>
    state: LetterState
    reason: Defaulted<string | null>
    attempt: Defaulted<number>
    due_at: Instant
    sender_id: Defaulted<string | null>
    created_at: Instant
    at: Instant
    used_at: Defaulted<Instant | null>
  }
  suppression: { email_key: string; reason: string; at: Instant }
  subscription: {
    id: string
    subscriber_id: string
    digest_id: string
    state: SubscriptionState
    topics: string[]
    hour: number | null
    time_zone: string | null
    pace: Pace
    consent: string
    paused_until: Defaulted<Instant | null>
    since: Defaulted<Instant | null>
    created_at: Instant
    /** Steps of more and less by topic. */
    weights: JSONColumnType<Record<string, number>, string | undefined, string>
    muted: Defaulted<string[]>
    soft_bounces: Defaulted<number>
    soft_since: Defaulted<Instant | null>
    soft_at: Defaulted<Instant | null>
  }
  sending_rule: {
    digest_id: string
    resend_hours: number | null
    first_readers: number | null
    rest_minutes: number | null
  }
  sending: {
    edition_id: string
    stopped: Defaulted<boolean>
    recalled: Defaulted<boolean>
    first_readers: Defaulted<number | null>
    first_left: Defaulted<number | null>
    rest_minutes: Defaulted<number | null>
    rest_at: Defaulted<Instant | null>
  }
  account: { name: string; paused_until: Instant; pauses: number; reason: string }
  quota: { key: string; first_at: Instant; next_at: Instant; spent: Json<Record<string, number>> }
  sender: { id: string; started_at: Instant; lock_key: number }
  delivery: {
    id: string
    edition_id: string
    subscription_id: string
    state: DeliveryState
    reason: string | null
    attempt: Defaulted<number>
    due_at: Instant
    sender_id: Defaulted<string | null>
    message_id: Defaulted<string | null>
    issue_hash: Defaulted<string | null>
    /** Key of the address it went to; `null` until it left. */
    sent_to: Defaulted<string | null>
    at: Instant
    choice: Defaulted<string>
    not_after: Defaulted<Instant | null>
    give_up_at: Defaulted<Instant | null>
    resent: Defaulted<boolean>
    /** Every state it had: `instant state reason`. */
    trail: Defaulted<string[]>
  }
  report: {
    delivery_id: string
    kind: ReportKind
    status: string | null
    reason: string
    via: ReportWay
    at: Instant
  }
  run: {
    stage: string
    row_id: string
    row_version: number
    attempt: number
    state: RunState
    error_class: string | null
    error: string | null
    error_kind: Defaulted<string | null>
    stack: Defaulted<string | null>
    log: ColumnType<readonly RunLine[] | null, string | null | undefined, string | null>
    trace: string
    queued_at: Instant
    started_at: Instant | null
    ended_at: Instant | null
  }
  alert: {
    rule: AlertRule
    subject: string
    urgent: boolean
    detail: string
    since: Instant
    seen_at: Instant
    told_at: Instant | null
    resolved_at: Instant | null
    muted_until: Instant | null
  }
  retention: { rule: string; days: number | null }
  mailbox: {
    name: string
    uid_validity: string
    uid: number
    failures: number
    failing_since: Instant | null
    error: string | null
    due_at: Instant
    failed: JSONColumnType<Record<string, number> | null, string | null, string | null>
  }
  alert_rule: { rule: AlertRule; limit_value: number | null; active: boolean }
  alert_note: {
    id: string
    body: Json<object>
    state: 'planned' | 'sent' | 'failed'
    attempt: Defaulted<number>
    due_at: Instant
    error: Defaulted<string | null>
    created_at: Instant
  }
  audit_entry: {
    id: string
    at: Instant
    actor: string
    action: string
    object: string
    detail: Json<object>
    address: Defaulted<string | null>
  }
  user_account: {
    id: string
    name: string
    role: UserRole
    password: Defaulted<string | null>
    link_hash: Defaulted<string | null>
    link_until: Defaulted<Instant | null>
    second_factor: Defaulted<string | null>
    second_factor_since: Defaulted<Instant | null>
    /** Drivers bring big numbers as text. */
    second_factor_step: ColumnType<string | number, number | undefined, number>
    recovery: Defaulted<string[]>
    issuer: Defaulted<string | null>
    subject: Defaulted<string | null>
    created_at: Instant
  }
  guess: { key: string; count: number; ends_at: Instant }
  session: {
    hash: string
    account_id: string
    created_at: Instant
    seen_at: Instant
    ends_at: Instant
    address: string
    agent: string
  }
  api_token: {
    id: string
    name: string
    hash: string
    role: UserRole
    nouns: string[] | null
    created_at: Instant
    ends_at: Instant | null
    used_at: Defaulted<Instant | null>
  }
}

/** Every table, parents before children: the order in which a back-up restores them. */
export const tableNames = [
  'setting',
  'source',
  'silence',
  'request',
  'hub_subscription',
  'filter_rule',
  'document',
  'rejection',
  'article',
  'article_text',
  'page',
  'log_entry',
  'decision',
  'cluster_state',
  'cluster_record',
  'story',
  'story_move',
  'member',
  'digest',
  'brand',
  'edition',
  'click',
  'takedown',
  'takedown_article',
  'editing',
  'correction',
  'edition_input',
  'ranking',
  'replay',
  'told',
  'issue',
  'subscriber',
  'suppression',
  'subscription',
  'consent',
  'letter',
  'delivery',
  'report',
  'mailbox',
  'sending_rule',
  'sending',
  'quota',
  'run',
  'retention',
  'alert',
  'alert_rule',
  'alert_note',
  'audit_entry',
  'user_account',
  'api_token',
] as const satisfies readonly (keyof Tables)[]
