import { expect, test } from 'vitest'
import { parseRedisUrl, withoutPassword } from '../../src/io/redis-url.ts'

test.each([
  ['redis://ann:pw@h:6380/2', { kind: 'single', url: 'redis://ann:pw@h:6380/2' }],
  [
    'redis-cluster://h1,h2:7001,[::1]:7002',
    {
      kind: 'cluster',
      nodes: [
        { host: 'h1', port: 6379 },
        { host: 'h2', port: 7001 },
        { host: '::1', port: 7002 },
      ],
      tls: false,
    },
  ],
  [
    'redis-cluster://ann:p%40ss:w@h1:7000,h2?tls=true',
    {
      kind: 'cluster',
      nodes: [
        { host: 'h1', port: 7000 },
        { host: 'h2', port: 6379 },
      ],
      username: 'ann',
      password: 'p@ss:w',
      tls: true,
    },
  ],
  [
    'redis-sentinel://:pw@h1,h2:26380/news?db=3&tls=true',
    {
      kind: 'sentinel',
      nodes: [
        { host: 'h1', port: 26379 },
        { host: 'h2', port: 26380 },
      ],
      password: 'pw',
      tls: true,
      name: 'news',
      db: 3,
    },
  ],
  [
    'redis-sentinel://h1',
    {
      kind: 'sentinel',
      nodes: [{ host: 'h1', port: 26379 }],
      tls: false,
      name: 'mymaster',
      db: 0,
    },
  ],
])('%s', (url, address) => {
  expect(parseRedisUrl(url)).toEqual(address)
})

test.each([
  'redis-cluster://bob:secret@',
  'redis-cluster://bob:secret@h1:port',
  'redis-cluster://bob:secret@h1,,h2',
  'redis-sentinel://bob:%zz@h1/secret',
  'redis-sentinel://bob:secret@@h1?db=1?',
])('%s is refused without showing its password', (url) => {
  expect(() => parseRedisUrl(url)).toThrow(/^CONFIG_INVALID REDIS_URL/)
  expect(() => parseRedisUrl(url)).not.toThrow(/bob/)
})

test('a password with an @ in it is not shown either', () => {
  expect(withoutPassword('redis://ann:a@b@h:1/2')).toBe('redis://***@h:1/2')
})
