import { randomBytes } from 'node:crypto'
import { chmodSync, chownSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findPrograms } from '../setups/programs.ts'
import { type Server, startServer, temporaryFolder } from '../setups/server.ts'

export type Imap = Server & {
  /** A mail comes into a folder of its one user. */
  deliver(mail: Buffer, name: string): void
}

/** Whom it knows: `dose%40news.example` in an address. */
const IMAP_USER = 'dose@news.example'
export const IMAP_PASSWORD = 'three otters'

/** Dovecot reads no mail as root. */
const OWNER = 65_534

const tls = (name: string) => fileURLToPath(new URL(`../fixtures/tls/${name}`, import.meta.url))

/** A real Dovecot of the test's own, on loopback, over TLS with the certificate of the fixtures. */
export async function startDovecot(folders: readonly string[]): Promise<Imap> {
  const { dovecot } = findPrograms()
  if (!dovecot) throw new Error('Dovecot is not on this machine.')
  const folder = temporaryFolder('dovecot')
  chmodSync(folder, 0o755) // its log-in process runs as a user of its own
  const mailboxes = ['mail', ...folders.map((name) => `mail/.${name}`)]
  for (const path of mailboxes.flatMap((one) =>
    ['', 'new', 'cur', 'tmp'].map((part) => join(one, part)),
  )) {
    mkdirSync(join(folder, path))
    chownSync(join(folder, path), OWNER, OWNER)
  }
  const server = await startServer({
    program: dovecot,
    args(port) {
      writeFileSync(join(folder, 'users'), `${IMAP_USER}:{PLAIN}${IMAP_PASSWORD}::::::\n`)
      writeFileSync(join(folder, 'dovecot.conf'), settings(folder, port))
      return ['-F', '-c', join(folder, 'dovecot.conf')]
    },
    folder,
    greet: (port) =>
      new Promise<void>((resolve, reject) => {
        const socket = connect(port, '127.0.0.1', () => {
          socket.destroy()
          resolve()
        }).once('error', reject)
      }),
  })
  return {
    ...server,
    deliver(mail, name) {
      const place = join(folder, 'mail', `.${name}`, 'new')
      const number = readdirSync(place).length
      const path = join(place, `${number}.${randomBytes(4).toString('hex')}.news`)
      writeFileSync(path, mail)
      chownSync(path, OWNER, OWNER)
    },
  }
}

const settings = (folder: string, port: number) => `
base_dir = ${folder}/run
state_dir = ${folder}/state
log_path = ${folder}/log
protocols = imap
listen = 127.0.0.1
ssl = required
ssl_cert = <${tls('mx.pem')}
ssl_key = <${tls('mx.key')}
mail_location = maildir:${folder}/mail
passdb {
  driver = passwd-file
  args = ${folder}/users
}
userdb {
  driver = static
  args = uid=${OWNER} gid=${OWNER} home=${folder}
}
service imap-login {
  inet_listener imap {
    port = 0
  }
  inet_listener imaps {
    port = ${port}
    ssl = yes
  }
}
namespace inbox {
  inbox = yes
  separator = /
}
`
