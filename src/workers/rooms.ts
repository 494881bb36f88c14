import { freeBytes } from '../io/disk.ts'
import { type Room, whyStop } from '../upkeep/room.ts'
import type { Deps } from './stage.ts'

const GIB = 1_024 ** 3

/** Where there may be too little room: the disk of the folder, and a database that has a bound. */
export async function roomsOf({ config, store }: Pick<Deps, 'config' | 'store'>): Promise<Room[]> {
  const disk = { name: 'DATA_DIR', freeBytes: await freeBytes(config.DATA_DIR) }
  if (config.DATABASE_MAX_GB === undefined) return [disk]
  const free = config.DATABASE_MAX_GB * GIB - (await store.house.databaseBytes())
  return [disk, { name: 'database', freeBytes: free }]
}

/** Stops reading sources before there is no room for an edition, and goes on once there is again. */
export async function keepRoom(rooms: readonly Room[], deps: Deps): Promise<void> {
  const { store, clock, log } = deps
  const stop = await store.house.fetchStop()
  const reason = whyStop(rooms, stop !== null)
  if (reason !== null && stop === null) {
    await store.house.setFetchStop({ since: clock.now(), reason })
    log.error('nothing is read any more: there is no room', { reason })
  }
  if (reason === null && stop !== null) {
    await store.house.setFetchStop(null)
    log.warn('sources are read again: there is room', { since: stop.since })
  }
}
