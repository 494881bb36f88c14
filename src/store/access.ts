import { DoseError } from '../errors.ts'
import { seal, sealingKey, unseal } from './sealing.ts'
import type { Source } from './sources.ts'

/** What a source asks of whoever reads it. Never logged, never printed. */
export type Access = {
  /** Sent to the source's own origin: authorization, cookie, others. Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** URL of the proxy it is fetched through, log-in included. */
  readonly proxy: string | null
}

export const NO_ACCESS: Access = { headers: {}, proxy: null }

/**
 * Seals and opens the secrets of sources.
 *
 * @param signingSecret resolves to the installation's secret.
 * @param pepper the setting SECRETS_KEY.
 */
export function createAccess(signingSecret: () => Promise<string>, pepper: string) {
  let made: Promise<Buffer> | null = null
  const key = () => {
    made ??= signingSecret().then((secret) => sealingKey(secret, pepper, 'source access'))
    return made
  }
  return {
    /** For the column `secrets` of the source with this id; `null` where there is nothing to hide. */
    async seal(id: string, access: Access): Promise<string | null> {
      if (access.proxy === null && Object.keys(access.headers).length === 0) return null
      return seal(await key(), placeOf(id), JSON.stringify(access))
    },

    /** @throws {DoseError} SECRETS_UNREADABLE when they were sealed with another key. */
    async of({ id, url, secrets }: Pick<Source, 'id' | 'url' | 'secrets'>): Promise<Access> {
      if (secrets === null) return NO_ACCESS
      const text = unseal(await key(), placeOf(id), secrets)
      if (text === null) throw new DoseError('SECRETS_UNREADABLE', url)
      return JSON.parse(text) as Access
    },
  }
}

const placeOf = (id: string): string => `source\n${id}`
