import type { ConnectionOptions } from 'node:tls'
import { getDomain } from 'tldts'
import { parseMailbox } from '../delivery/mailbox.ts'
import { judgeDkim, readDmarc } from '../delivery/sender-records.ts'
import { ALL_REPORTS } from '../delivery/verp.ts'
import { dkimRecord } from '../io/dkim.ts'
import { isPublicAddress } from '../io/http-address.ts'
import { type ImapPlace, openFolder, parseImapUrl } from '../io/imap.ts'
import { openSession, parseSmtpUrls, type SmtpServer } from '../io/smtp-session.ts'
import { returnPathOf } from './reports.ts'
import { checkSpf } from './spf.ts'
import type { Deps } from './stage.ts'

/** What was found about a domain that mails come from or an account they leave by. */
export type SenderFinding = {
  readonly check:
    | 'account'
    | 'sender'
    | 'tls'
    | 'ptr'
    | 'spf'
    | 'dkim'
    | 'dmarc'
    | 'mx'
    | 'reports'
    | 'mailbox'
  readonly about: string
  readonly status: 'ok' | 'warn' | 'fail'
  readonly detail: string
  /** What to add to the DNS, as a line of a zone file; `null` where nothing is to be added. */
  readonly record: string | null
}

type CheckDeps = Pick<Deps, 'config' | 'store' | 'dns'>
type Finding = Omit<SenderFinding, 'check' | 'about'>

/** An account with the addresses it is reached at, as far as the internet knows them. */
type Account = { readonly server: SmtpServer; readonly host: string; readonly addresses: string[] }

const TLS_MS = 30_000

/** Of the sender where nobody has set one. */
const NOBODYS = '.localdomain'

const ok = (detail: string): Finding => ({ status: 'ok', detail, record: null })
const warn = (detail: string): Finding => ({ status: 'warn', detail, record: null })
const fail = (detail: string, record: string | null = null): Finding => ({
  status: 'fail',
  detail,
  record,
})
const text = (name: string, value: string): string => `${name}. TXT ${quoted(value)}`

/**
 * Looks up what receivers do before they believe a sender: each account mail leaves by, each domain it
 * comes from. A look-up that fails is a finding, not an error.
 */
export async function checkSenders(deps: CheckDeps): Promise<SenderFinding[]> {
  const { config } = deps
  const accounts = await Promise.all(
    parseSmtpUrls(config.SMTP_URL ?? '').map((server) => openAccount(server, deps)),
  )
  const findings: SenderFinding[] = []
  const look = async (
    check: SenderFinding['check'],
    about: string,
    find: () => Finding | Promise<Finding>,
  ) => findings.push({ check, about, ...(await settled(find)) })

  if (accounts.length === 0)
    await look('account', 'SMTP_URL', () => fail('not set: mails become files, none leaves'))
  for (const { server, addresses } of accounts) {
    await look('tls', server.name, () => checkTls(server))
    await look('ptr', server.name, () => checkPtr(addresses, deps))
  }
  const all = await fromDomains(deps)
  const domains = all.filter((domain) => !domain.endsWith(NOBODYS))
  if (domains.length < all.length)
    await look('sender', 'MAIL_FROM', () => fail('not set: nobody can answer, or believe it'))
  for (const domain of new Set(domains.map((from) => config.BOUNCE_DOMAIN ?? from))) {
    await look('mx', domain, () => checkMx(domain, deps))
    await look('spf', domain, () => checkSpfOf(domain, accounts, deps))
  }
  await look('dkim', config.DKIM_DOMAIN ?? 'DKIM_DOMAIN', () => checkDkim(deps))
  for (const domain of domains) await look('dmarc', domain, () => checkDmarc(domain, deps))
  if (config.BOUNCE_DOMAIN) {
    const secret = await deps.store.settings.signingSecret()
    const address = returnPathOf('reports', ALL_REPORTS, secret, config) ?? ''
    await look('reports', address, () => ok('register it with the feedback loops of providers'))
  }
  if (config.BOUNCE_IMAP) {
    const place = parseImapUrl(config.BOUNCE_IMAP)
    await look('mailbox', place.name, () => checkMailbox(place, deps))
  }
  return findings
}

async function settled(find: () => Finding | Promise<Finding>): Promise<Finding> {
  try {
    return await find()
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error))
  }
}

async function openAccount(server: SmtpServer, { dns }: CheckDeps): Promise<Account> {
  const host = String(server.options.host ?? '')
  const addresses = await dns.addresses(host).catch(() => [])
  return { server, host, addresses: addresses.filter(isPublicAddress) }
}

async function fromDomains({ config, store }: CheckDeps): Promise<string[]> {
  const digests = await store.digests.list()
  const senders = [config.MAIL_FROM, ...digests.map(({ from }) => from)].filter(
    (from) => from !== null,
  )
  const addresses = senders.map((from) => parseMailbox(from, 'MAIL_FROM').address)
  return [...new Set(addresses.map((address) => address.slice(address.lastIndexOf('@') + 1)))]
}

async function checkTls(server: SmtpServer): Promise<Finding> {
  const session = await openSession(server, AbortSignal.timeout(TLS_MS))
  const isSecure = session.isSecure()
  session.quit()
  if (!isSecure) return fail('not encrypted: passwords and addresses travel in the open')
  const takesAny =
    (server.options.tls as ConnectionOptions | undefined)?.rejectUnauthorized === false
  return takesAny
    ? warn('encrypted, but SMTP_URL takes any certificate')
    : ok('encrypted, with a certificate that holds')
}

/** What it passes on leaves by another machine, or by an address that cannot be seen from here. */
const HIDDEN = 'is reached within this network: look at the address by which it reaches others'

async function checkPtr(addresses: readonly string[], { dns }: CheckDeps): Promise<Finding> {
  if (addresses.length === 0) return warn(HIDDEN)
  const nameless: string[] = []
  for (const address of addresses) {
    const names = await dns.names(address)
    const back = await Promise.all(names.map((name) => dns.addresses(name)))
    if (!back.flat().includes(address)) nameless.push(address)
  }
  if (nameless.length === 0) return ok(`${addresses.join(', ')} and back`)
  return fail(`${nameless.join(', ')}: no name leads back to it; whoever owns the address sets it`)
}

async function checkMx(domain: string, { config, dns }: CheckDeps): Promise<Finding> {
  const hosts = await dns.mailHosts(domain)
  if (hosts.includes('.')) return fail('says that it takes no mail: answers and bounces are lost')
  if (hosts.length > 0) return ok(hosts.join(', '))
  if ((await dns.addresses(domain)).length > 0) return ok('no MX record; its own address stands in')
  const host = URL.parse(config.PUBLIC_URL ?? '')?.hostname ?? ''
  const name = getDomain(host) === null ? `mail.${domain}` : host
  return fail('takes no mail: answers and bounces are lost', `${domain}. MX 10 ${name}.`)
}

async function checkSpfOf(
  domain: string,
  accounts: readonly Account[],
  { dns }: CheckDeps,
): Promise<Finding> {
  const reached = accounts.filter(({ addresses }) => addresses.length > 0)
  const sources = reached.map(({ host }) => `a:${host}`).join(' ') || 'mx'
  // An address of nobody shows whether there is a record, and whether it can be read.
  const probes = reached.flatMap(({ addresses }) => addresses)
  const checked = await Promise.all(
    (probes.length > 0 ? probes : ['192.0.2.1']).map((address) => checkSpf(address, domain, dns)),
  )
  const worst = checked.find(({ result }) => result !== 'pass')
  if (worst === undefined) return ok(`names ${probes.join(', ')}`)
  const { result, detail } = worst
  if (result === 'none') return fail(detail, text(domain, `v=spf1 ${sources} ~all`))
  if (result === 'broken') return fail(`receivers cannot read it: ${detail}`)
  if (probes.length === 0) return warn(`has a record; an account ${HIDDEN}`)
  return warn(
    `does not name ${probes.join(', ')} (${detail}); an account that sends by others has them named by its provider`,
  )
}

async function checkDkim({ config, dns }: CheckDeps): Promise<Finding> {
  const { DKIM_DOMAIN, DKIM_SELECTOR, DKIM_KEY } = config
  if (!DKIM_DOMAIN || !DKIM_SELECTOR || !DKIM_KEY)
    return fail('mails are not signed here: set DKIM_DOMAIN, DKIM_SELECTOR and DKIM_KEY')
  const name = `${DKIM_SELECTOR}._domainkey.${DKIM_DOMAIN}`
  const wanted = dkimRecord(DKIM_KEY)
  const state = judgeDkim(await dns.texts(name), wanted)
  if (state === 'right') return ok(`${name} holds our key`)
  if (state === 'testing') return warn(`${name} holds our key and says that it is a test (t=y)`)
  return fail(`${name}: ${KEY_STATES[state]}`, text(name, wanted))
}

const KEY_STATES = {
  missing: 'there is no key',
  other: 'it holds another key, so that no signature is good',
  revoked: 'its key was taken back',
} as const

async function checkDmarc(from: string, { config, dns }: CheckDeps): Promise<Finding> {
  const organisation = getDomain(from) ?? from
  const own = await dns.texts(`_dmarc.${from}`)
  const dmarc = readDmarc(own) ?? readDmarc(await dns.texts(`_dmarc.${organisation}`))
  if (dmarc === null) {
    const record = `v=DMARC1; p=none; rua=mailto:postmaster@${organisation}`
    return fail('there is no policy', text(`_dmarc.${organisation}`, record))
  }
  const { BOUNCE_DOMAIN = from, DKIM_DOMAIN } = config
  const agrees = (domain: string, isStrict: boolean) =>
    isStrict ? domain === from : getDomain(domain) === organisation
  const byDkim = DKIM_DOMAIN !== undefined && agrees(DKIM_DOMAIN.toLowerCase(), dmarc.strictDkim)
  const bySpf = agrees(BOUNCE_DOMAIN, dmarc.strictSpf)
  const ways = [byDkim && 'DKIM', bySpf && 'SPF'].filter(Boolean).join(' and ')
  if (ways) return ok(`p=${dmarc.policy}, met by ${ways}`)
  return fail(
    `p=${dmarc.policy}, and neither DKIM_DOMAIN nor the envelope sender is of ${organisation}: no mail meets it`,
  )
}

async function checkMailbox(place: ImapPlace, { store }: CheckDeps): Promise<Finding> {
  const folder = await openFolder(place)
  const unseen = await folder.unseen()
  await folder.close()
  const state = await store.mailboxes.find(place.name)
  const isSame = state?.uid_validity === folder.validity
  const from = isSame ? Number(state.uid) : 0
  const tries = (isSame && state.failed) || {}
  const failed = unseen.filter(({ uid }) => tries[uid] !== undefined).length
  const left = unseen.filter(({ uid }) => uid <= from).length - failed
  const waiting = unseen.length - left - failed
  const told = `${waiting} mails wait; ${left} were left, as about no mail of ours or unreadable`
  if (failed > 0) return fail(`${told}; ${failed} could not be taken in and are tried again`)
  return place.takesAnyCertificate ? warn(`${told}; BOUNCE_IMAP takes any certificate`) : ok(told)
}

/** A string of a zone file holds 255 characters; a longer value is several. */
function quoted(value: string): string {
  return (value.match(/.{1,255}/gs) ?? ['']).map((piece) => `"${piece}"`).join(' ')
}
