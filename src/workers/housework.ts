import { join } from 'node:path'
import { folderBytes, freeBytes } from '../io/disk.ts'
import { KEEP, type KeepRule, keepRules } from '../upkeep/retention.ts'
import type { Deps } from './stage.ts'
import { keptBy } from './sweep.ts'

/** Which table a rule is about. Texts and deliveries share theirs with what stays. */
const TABLE_OF: Readonly<Partial<Record<KeepRule, string>>> = {
  runs: 'run',
  texts: 'article_text',
  deliveries: 'delivery',
  letters: 'letter',
  networks: 'consent',
  issues: 'issue',
  alerts: 'alert',
  notes: 'alert_note',
  audit: 'audit_entry',
}

const FOLDERS = ['pglite', 'outbox', 'pictures', 'backups']

/** A rule with what it keeps: rows are estimates, `null` where they are files or jobs. */
export type KeptRule = {
  readonly rule: KeepRule
  readonly says: string
  readonly days: number | null
  readonly default: number | null
  readonly rows: number | null
  readonly bytes: number | null
}

export type House = {
  readonly rules: readonly KeptRule[]
  /** The largest tables, the queues' own not among them. */
  readonly tables: readonly {
    readonly table: string
    readonly rows: number
    readonly bytes: number
  }[]
  readonly folders: readonly { readonly folder: string; readonly bytes: number }[]
  readonly databaseBytes: number
  readonly freeBytes: number
  /** Why nothing is read from sources; `null` where all is well. */
  readonly stop: { readonly since: string; readonly reason: string } | null
}

/** What is kept for how long, and what it weighs. */
export async function lookAround(deps: Deps): Promise<House> {
  const { store, config } = deps
  const kept = await keptBy(deps)
  const tables = await store.house.sizes()
  const folders = await Promise.all(
    FOLDERS.map(async (folder) => ({
      folder,
      bytes: await folderBytes(join(config.DATA_DIR, folder)),
    })),
  )
  const outbox = folders.find(({ folder }) => folder === 'outbox')?.bytes ?? 0
  const rules = keepRules.map((rule): KeptRule => {
    const size = tables.find(({ table }) => table === TABLE_OF[rule])
    return {
      rule,
      says: KEEP[rule].says,
      days: kept[rule],
      default: rule === 'runs' ? config.RETENTION_DAYS : KEEP[rule].days,
      rows: size?.rows ?? null,
      bytes: rule === 'outbox' ? outbox : (size?.bytes ?? null),
    }
  })
  return {
    rules,
    tables,
    folders,
    databaseBytes: await store.house.databaseBytes(),
    freeBytes: await freeBytes(config.DATA_DIR),
    stop: await store.house.fetchStop(),
  }
}
