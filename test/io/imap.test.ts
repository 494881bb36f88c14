import { type AddressInfo, createServer } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { openFolder, parseImapUrl } from '../../src/io/imap.ts'

const cleanup: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of cleanup.splice(0)) await end()
})

/** A server that speaks in the open only, and what it heard. */
async function startOpenServer(greeting: string, capabilities: string) {
  const heard: string[] = []
  const server = createServer((socket) => {
    socket.on('error', () => {})
    socket.write(`${greeting}\r\n`)
    socket.on('data', (data) => {
      for (const line of data.toString().split('\r\n').filter(Boolean)) {
        heard.push(line)
        const [tag, command] = line.split(' ')
        if (command === 'CAPABILITY') socket.write(`* CAPABILITY ${capabilities}\r\n`)
        socket.write(`${tag} ${command === 'STARTTLS' ? 'NO not now' : 'OK done'}\r\n`)
      }
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  cleanup.push(() => new Promise((resolve) => server.close(resolve)))
  return { heard, port: (server.address() as AddressInfo).port }
}

test.each([
  { name: 'offers no STARTTLS', greeting: '* OK ready', capabilities: 'IMAP4rev1 AUTH=PLAIN' },
  { name: 'refuses it', greeting: '* OK ready', capabilities: 'IMAP4rev1 STARTTLS AUTH=PLAIN' },
  {
    name: 'says that one is logged in already',
    greeting: '* PREAUTH ready',
    capabilities: 'IMAP4rev1 STARTTLS',
  },
])('imap:// with a server that $name ends before a log-in', async ({ greeting, capabilities }) => {
  const { heard, port } = await startOpenServer(greeting, capabilities)
  const place = parseImapUrl(`imap://dose%40news.example:three%20otters@127.0.0.1:${port}/Bounces`)
  await expect(openFolder(place)).rejects.toThrow(
    `MAILBOX_UNREADABLE 127.0.0.1/Bounces: it cannot be spoken to over TLS`,
  )
  expect(heard.join('\n')).not.toMatch(/LOGIN|AUTHENTICATE|SELECT|otters|dose@/)
})
