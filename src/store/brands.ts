import { createHash } from 'node:crypto'
import type { Brand } from '../model.ts'
import type { Db } from './db.ts'

export type Logo = { readonly type: string; readonly bytes: Uint8Array }

/** What to change of a brand; `logo: null` takes the picture away. */
export type BrandChanges = Partial<Omit<Brand, 'logo'>> & { readonly logo?: Logo | null }

/** How digests look. */
export function createBrands(db: Db) {
  return {
    async put(digestId: string, { colours, logo, intro, footer }: BrandChanges): Promise<void> {
      const values = {
        ...(colours && { colours: JSON.stringify(colours) }),
        ...(logo !== undefined && logoColumns(logo)),
        ...(intro !== undefined && { intro }),
        ...(footer !== undefined && { footer }),
      }
      await db
        .insertInto('brand')
        .values({ digest_id: digestId, ...values })
        .onConflict((conflict) =>
          conflict.column('digest_id').doUpdateSet({ digest_id: digestId, ...values }),
        )
        .execute()
    },

    /** The digest looks as shipped from now on. */
    async reset(digestId: string): Promise<void> {
      await db.deleteFrom('brand').where('digest_id', '=', digestId).execute()
    },

    async logo(digestId: string): Promise<Logo | null> {
      const row = await db
        .selectFrom('brand')
        .select(['logo', 'logo_type'])
        .where('digest_id', '=', digestId)
        .executeTakeFirst()
      return row?.logo && row.logo_type ? { type: row.logo_type, bytes: row.logo } : null
    },
  }
}

function logoColumns(logo: Logo | null) {
  if (!logo) return { logo: null, logo_type: null, logo_hash: null }
  const hash = createHash('sha256').update(logo.bytes).digest('hex').slice(0, 16)
  return { logo: logo.bytes, logo_type: logo.type, logo_hash: hash }
}
