/** What receivers look up about a sender, beside SPF: DKIM (RFC 6376) and DMARC (RFC 7489). */

export type Dmarc = {
  readonly policy: string
  /** Whether the domains of SPF and DKIM must be that of the sender, not only related to it. */
  readonly strictSpf: boolean
  readonly strictDkim: boolean
}

/** Tags of a `name=value; …` record, by their names in lower case. */
function readTags(record: string): ReadonlyMap<string, string> {
  const pairs = record.split(';').map((part) => part.split(/=(.*)/s))
  return new Map(
    pairs.map(([name = '', value = '']) => [name.trim().toLowerCase(), value.trim()] as const),
  )
}

/** The DMARC record among text records; `null` where there is none that receivers obey. */
export function readDmarc(texts: readonly string[]): Dmarc | null {
  const records = texts.filter((text) => /^v\s*=\s*DMARC1\s*(?:;|$)/.test(text))
  const [record] = records
  if (record === undefined || records.length > 1) return null
  const tags = readTags(record)
  const policy = tags.get('p')?.toLowerCase() ?? ''
  if (!['none', 'quarantine', 'reject'].includes(policy)) return null
  return {
    policy,
    strictSpf: tags.get('aspf') === 's',
    strictDkim: tags.get('adkim') === 's',
  }
}

/** What a DKIM record says of our key. */
export function judgeDkim(
  texts: readonly string[],
  wanted: string,
): 'right' | 'missing' | 'other' | 'revoked' | 'testing' {
  const keyOf = (record: string) => readTags(record).get('p')?.replace(/\s+/g, '')
  const found = texts.filter((text) => keyOf(text) !== undefined)
  if (found.length === 0) return 'missing'
  const ours = found.find((text) => keyOf(text) === keyOf(wanted))
  if (ours === undefined) return found.every((text) => keyOf(text) === '') ? 'revoked' : 'other'
  return /\by\b/.test(readTags(ours).get('t') ?? '') ? 'testing' : 'right'
}
