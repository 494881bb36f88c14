import { createSocket } from 'node:dgram'
import { createDns, type Dns } from '../../src/io/dns.ts'

/** Records by `name TYPE`: `news.example TXT`. An MX is `priority host`; `SERVFAIL` breaks the answer. */
export type Zone = Readonly<Record<string, readonly string[]>>

const TYPES: Readonly<Record<number, string>> = {
  1: 'A',
  12: 'PTR',
  15: 'MX',
  16: 'TXT',
  28: 'AAAA',
}

/** A name server on loopback for one zone, and what asks it. */
export async function startDns(zone: Zone): Promise<{ dns: Dns; close(): Promise<void> }> {
  const socket = createSocket('udp4')
  socket.on('message', (query, { port, address }) =>
    socket.send(answer(query, zone), port, address),
  )
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
  return {
    dns: createDns([`127.0.0.1:${socket.address().port}`]),
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  }
}

/** RFC 1035 section 4: the question again, and what there is to say. */
function answer(query: Buffer, zone: Zone): Buffer {
  const labels: string[] = []
  let at = 12
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length))
    at += 1 + length
  }
  const question = query.subarray(12, at + 5)
  const type = TYPES[query.readUInt16BE(at + 1)] ?? ''
  const name = labels.join('.').toLowerCase()
  const records = zone[`${name} ${type}`] ?? []
  const known = Object.keys(zone).some((key) => key.startsWith(`${name} `))
  const code = records[0] === 'SERVFAIL' ? 2 : known ? 0 : 3
  const datas = code === 0 ? records.map((record) => dataOf(type, record)) : []
  const header = Buffer.from(query.subarray(0, 12))
  header.writeUInt16BE(0x8180 | code, 2)
  header.writeUInt16BE(datas.length, 6)
  header.writeUInt32BE(0, 8)
  const answers = datas.map((data) => {
    const head = Buffer.from([0xc0, 12, 0, question.at(-3) ?? 0, 0, 1, 0, 0, 0, 60, 0, 0])
    head.writeUInt16BE(data.length, 10)
    return Buffer.concat([head, data])
  })
  return Buffer.concat([header, question, ...answers])
}

function dataOf(type: string, record: string): Buffer {
  switch (type) {
    case 'A':
      return Buffer.from(record.split('.').map(Number))
    case 'TXT':
      return Buffer.concat((record.match(/.{1,255}/gs) ?? ['']).map(counted))
    case 'MX': {
      const [priority = '0', host = ''] = record.split(' ')
      return Buffer.concat([Buffer.from([0, Number(priority)]), nameOf(host)])
    }
    default:
      return nameOf(record)
  }
}

const counted = (text: string) => Buffer.concat([Buffer.from([text.length]), Buffer.from(text)])
const nameOf = (host: string) =>
  Buffer.concat([...host.split('.').filter(Boolean).map(counted), Buffer.from([0])])
