import { join, resolve } from 'node:path'
import { z } from 'zod'
import { DoseError } from '../errors.ts'
import { archiveOf, pruneArchives, readArchive, writeArchive } from '../io/archive.ts'
import { type BackupLine, dump, load, StoreInUse } from '../store/backup.ts'
import type { Deps } from '../workers/stage.ts'
import { command } from './command.ts'

export const backupFolder = ({ config }: Pick<Deps, 'config'>): string =>
  join(config.DATA_DIR, 'backups')

/** Writes today's back-up and removes those no longer kept. */
export async function backUp(deps: Deps, file?: string): Promise<string> {
  const target = file ?? archiveOf(backupFolder(deps), deps.clock.now().slice(0, 10))
  await writeArchive(target, (write) => dump(deps.store.db, write))
  if (!file) await pruneArchives(backupFolder(deps))
  return target
}

export const backup = command({
  name: 'backup',
  summary: 'Write all rows into one checked file; by default today’s in DATA_DIR/backups.',
  input: z.object({ file: z.string().optional().describe('File to write') }),
  positional: ['file'],
  changes: false,
  needs: 'admin',
  prepare: async (input) => ({ file: input.file ? resolve(input.file) : undefined }),
  async run({ file }, { deps, out }) {
    out({ file: await backUp(deps, file) })
    return 0
  },
  show: (row) => String(row.file),
})

const IN_USE = 'the store holds data already; restore into an empty DATA_DIR or database.'

export const restore = command({
  name: 'restore',
  summary: 'Fill an empty store from a back-up, all or nothing.',
  input: z.object({ file: z.string().describe('File that `dose backup` wrote') }),
  positional: ['file'],
  changes: true,
  needs: 'admin',
  prepare: async ({ file }) => ({ file: resolve(file) }),
  async run({ file }, { deps, out }) {
    try {
      const counts = await load(deps.store.db, readArchive(file) as AsyncGenerator<BackupLine>)
      out({ file, counts })
      return 0
    } catch (error) {
      if (error instanceof StoreInUse) throw new DoseError('USAGE', IN_USE, { cause: error })
      if (!(error instanceof RangeError)) throw error
      throw new DoseError('BACKUP_INVALID', `${file}: ${error.message}.`, { cause: error })
    }
  },
})
