/**
 * A mail server in a process of its own that takes everything and keeps nothing: what is measured is
 * the sender. Tells its port, then, when asked, how many messages came.
 */
import { createServer, type Socket } from 'node:net'

const END = Buffer.from('\r\n.\r\n')

let messages = 0

/** Answers command by command; inside a body it only looks for the end. */
function serve(socket: Socket): void {
  let inBody = false
  let rest = Buffer.alloc(0)
  socket.setNoDelay(true)
  socket.on('error', () => socket.destroy())
  socket.write('220 sink.example ESMTP\r\n')
  socket.on('data', (chunk) => {
    let buffer = Buffer.concat([rest, chunk])
    for (;;) {
      const at = buffer.indexOf(inBody ? END : '\r\n')
      if (at < 0) break
      const line = inBody ? '' : buffer.toString('latin1', 0, at)
      buffer = buffer.subarray(at + (inBody ? END.length : 2))
      if (inBody) {
        inBody = false
        messages++
        socket.write('250 2.0.0 taken\r\n')
      } else inBody = answer(socket, line)
    }
    // Of a body only what could be the beginning of its end is kept.
    rest = inBody ? Buffer.from(buffer.subarray(-END.length)) : Buffer.from(buffer)
  })
}

function answer(socket: Socket, line: string): boolean {
  const verb = line.slice(0, 4).toUpperCase()
  if (verb === 'DATA') {
    socket.write('354 go ahead\r\n')
    return true
  }
  if (verb === 'QUIT') socket.end('221 bye\r\n')
  else if (verb === 'EHLO')
    socket.write('250-sink.example\r\n250-8BITMIME\r\n250 SIZE 10000000\r\n')
  else socket.write('250 2.0.0 fine\r\n')
  return false
}

const server = createServer(serve)
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  process.send?.({ port: typeof address === 'object' ? address?.port : 0 })
})
process.on('message', () => process.send?.({ messages }))
process.on('disconnect', () => process.exit())
