import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, mkdirSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { findPrograms } from '../setups/programs.ts'
import { type Server, startServer, temporaryFolder } from '../setups/server.ts'

/** Where it hands mail on, by port of loopback. */
export type Routes = {
  /** Domains with a server of their own. */
  readonly domains: Readonly<Record<string, number>>
  /** Everybody else. */
  readonly rest: number
}

/** What of Debian's master.cf a relay needs, outside any chroot. */
const SERVICES = `
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
`

/** A real Postfix of the test's own: it takes mail on loopback, passes it on, and bounces what is refused. */
export async function startPostfix(routes: Routes): Promise<Server> {
  const { postfix } = findPrograms()
  if (!postfix) throw new Error('Postfix is not on this machine.')
  const folder = temporaryFolder('postfix')
  chmodSync(folder, 0o755) // its daemons run as the user postfix
  const [spool, data] = [join(folder, 'spool'), join(folder, 'data')]
  for (const path of [spool, data]) mkdirSync(path)
  chownSync(data, idOf('-u'), idOf('-g'))
  const setting = (name: string) =>
    execFileSync(join(postfix, '..', 'postconf'), ['-d', '-h', name])
      .toString()
      .trim()
  return startServer({
    program: join(setting('daemon_directory'), 'master'),
    args(port) {
      writeFileSync(join(folder, 'main.cf'), mainOf(folder, routes))
      writeFileSync(join(folder, 'master.cf'), `127.0.0.1:${port} inet n - n - - smtpd${SERVICES}`)
      execFileSync(postfix, ['-c', folder, 'check'], { stdio: ['ignore', 'ignore', 2] })
      return ['-s', '-c', folder]
    },
    folder,
    greet,
  })
}

function mainOf(folder: string, { domains, rest }: Routes): string {
  const transports = Object.entries(domains)
    .map(([domain, port]) => `{ ${domain} = smtp:[127.0.0.1]:${port} }`)
    .join(' ')
  return `
compatibility_level = 3.6
queue_directory = ${folder}/spool
data_directory = ${folder}/data
maillog_file = ${folder}/log
maillog_file_prefixes = ${folder}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
myhostname = mx.news.example
mydestination =
alias_maps =
relayhost = [127.0.0.1]:${rest}
transport_maps = inline:{ ${transports} }
smtp_dns_support_level = disabled
smtp_host_lookup = native
smtp_tls_security_level = none
smtpd_recipient_restrictions = permit_mynetworks, reject
`
}

const idOf = (flag: '-u' | '-g'): number => Number(execFileSync('id', [flag, 'postfix']))

/** Resolves when it greets. */
const greet = (port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('error', reject)
    socket.once('data', () => {
      socket.end('QUIT\r\n')
      resolve()
    })
  })
