import { randomBytes } from 'node:crypto'
import type { Db } from './db.ts'

export function createSettings(db: Db) {
  const get = async (name: string): Promise<string | undefined> =>
    (await db.selectFrom('setting').select('value').where('name', '=', name).executeTakeFirst())
      ?.value
  return {
    get,

    /** A value made once and then the same for every process: the first to store it wins. */
    async once(name: string, make: () => string): Promise<{ value: string; made: boolean }> {
      const known = await get(name)
      if (known !== undefined) return { value: known, made: false }
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('setting')
        .values({ name, value: make() })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst()
      return { value: (await get(name)) ?? '', made: Boolean(numInsertedOrUpdatedRows) }
    },

    /** Signs links in mails; every process must agree on it. */
    async signingSecret(): Promise<string> {
      const { value } = await this.once('signing_secret', () =>
        randomBytes(32).toString('base64url'),
      )
      return value
    },
  }
}
