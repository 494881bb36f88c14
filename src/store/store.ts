import type { Instant } from '../model.ts'
import { createAccess } from './access.ts'
import { createAccounts } from './accounts.ts'
import { createAlerts } from './alerts.ts'
import { createApprovals } from './approvals.ts'
import { createArchive } from './archive.ts'
import { createArticles } from './articles.ts'
import { createAudit } from './audit.ts'
import { createBrands } from './brands.ts'
import { createTurns } from './budget.ts'
import { createCalendar } from './calendar.ts'
import { createClicks } from './clicks.ts'
import { createCorrections } from './corrections.ts'
import { openDb } from './db.ts'
import { createDecisions } from './decisions.ts'
import { createDeliveries } from './deliveries.ts'
import { createDigests } from './digests.ts'
import { createDocuments } from './documents.ts'
import { createEditing } from './editing.ts'
import { createEditionInputs } from './edition-inputs.ts'
import { createEditions } from './editions.ts'
import { createFigures } from './figures.ts'
import { createFilters } from './filters.ts'
import { createGuesses } from './guesses.ts'
import { createHouse } from './house.ts'
import { createHubs } from './hubs.ts'
import { createIdentities } from './identities.ts'
import { createIssues } from './issues.ts'
import { createLeases } from './leases.ts'
import { createLetters } from './letters.ts'
import { createLines } from './lines.ts'
import { createClusterLog } from './log.ts'
import { createMailboxes } from './mailboxes.ts'
import { migrate } from './migrate.ts'
import { createPages } from './pages.ts'
import { createPresence } from './presence.ts'
import { readProgress } from './progress.ts'
import { createQuota } from './quota.ts'
import { createRankings } from './rankings.ts'
import { createReaders } from './readers.ts'
import { createReadership } from './readership.ts'
import { readReadiness } from './readiness.ts'
import { createReplays } from './replays.ts'
import { createReports } from './reports.ts'
import { createRights } from './rights.ts'
import { createRunFigures } from './run-figures.ts'
import { createRunList } from './run-list.ts'
import { createRuns } from './runs.ts'
import { createSearch } from './search.ts'
import { createSenders } from './senders.ts'
import { createSending } from './sending.ts'
import { createSessions } from './sessions.ts'
import { createSettings } from './settings.ts'
import { createSourceList } from './source-list.ts'
import { createSources } from './sources.ts'
import { createStories } from './stories.ts'
import { createSubscribers } from './subscribers.ts'
import { createTakedowns } from './takedowns.ts'
import { createTokens } from './tokens.ts'
import { createTold } from './told.ts'
import { createWays } from './ways.ts'

/** What the store needs of a database: a `pg.Pool` and which kind stands behind it. */
export type StoreDatabase = {
  readonly kind: 'pglite' | 'postgres'
  readonly rows: { connect(): Promise<unknown> }
}

export type Store = Awaited<ReturnType<typeof openStore>>

/**
 * Brings the schema up to date and gives every noun its methods.
 *
 * @param secretsKey the setting SECRETS_KEY: secrets among the rows open with it alone.
 */
export async function openStore(database: StoreDatabase, secretsKey = '') {
  const db = openDb(database.rows)
  await migrate(db)
  const settings = createSettings(db)
  return {
    kind: database.kind,
    db,
    sources: createSources(db),
    sourceList: createSourceList(db),
    turns: createTurns(db),
    hubs: createHubs(db),
    documents: createDocuments(db),
    articles: createArticles(db),
    pages: createPages(db),
    log: createClusterLog(db),
    decisions: createDecisions(db),
    leases: createLeases(db),
    stories: createStories(db),
    lines: createLines(db),
    digests: createDigests(db),
    brands: createBrands(db),
    clicks: createClicks(db),
    editions: createEditions(db),
    inputs: createEditionInputs(db),
    editing: createEditing(db),
    approvals: createApprovals(db),
    corrections: createCorrections(db),
    rankings: createRankings(db),
    replays: createReplays(db),
    told: createTold(db),
    issues: createIssues(db),
    presence: createPresence(db),
    archive: createArchive(db),
    search: createSearch(db),
    subscribers: createSubscribers(db, () => settings.signingSecret()),
    readers: createReaders(db, () => settings.signingSecret()),
    letters: createLetters(db),
    mailboxes: createMailboxes(db),
    deliveries: createDeliveries(db),
    reports: createReports(db),
    quota: createQuota(db),
    sending: createSending(db),
    senders: createSenders(db, database.kind, () => database.rows.connect()),
    filters: createFilters(db),
    rights: createRights(db),
    takedowns: createTakedowns(db),
    calendar: createCalendar(db),
    runs: createRuns(db),
    runList: createRunList(db),
    runFigures: createRunFigures(db),
    alerts: createAlerts(db),
    figures: createFigures(db),
    ways: createWays(db),
    readership: createReadership(db),
    house: createHouse(db),
    settings,
    access: createAccess(() => settings.signingSecret(), secretsKey),
    accounts: createAccounts(db, () => settings.signingSecret(), secretsKey),
    identities: createIdentities(db),
    sessions: createSessions(db),
    guesses: createGuesses(db),
    tokens: createTokens(db),
    audit: createAudit(db),
    progress: (until: Instant | null = null) => readProgress(db, until),
    readiness: (digestId: string, now: Instant) => readReadiness(db, digestId, now),
  }
}
