import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Dns } from '../../src/io/dns.ts'
import { checkSpf } from '../../src/workers/spf.ts'
import { startDns } from '../support/dns.ts'

const SENDER = '192.0.2.7'

const ZONE = {
  'mx1.news.example A': [SENDER],
  'far.example A': ['198.51.100.1'],
  'byaddress.example TXT': ['hello', 'v=spf1 ip4:192.0.2.7 -all'],
  'bynet.example TXT': ['v=spf1 ip4:198.51.100.0/24 ip4:192.0.2.0/29 -all'],
  'outsidenet.example TXT': ['v=spf1 ip4:192.0.2.0/30 -all'],
  'byname.example TXT': ['v=spf1 a:mx1.news.example ~all'],
  'bywide.example TXT': ['v=spf1 a:mx1.news.example/24 ~all'],
  'bymx.example TXT': ['V=SPF1 mx ~ALL'],
  'bymx.example MX': ['20 far.example', '10 mx1.news.example'],
  'byinclude.example TXT': ['v=spf1 include:byaddress.example -all'],
  'includesrefusal.example TXT': ['v=spf1 include:outsidenet.example ?all'],
  'byredirect.example TXT': ['v=spf1 redirect=byname.example'],
  'negated.example TXT': ['v=spf1 -ip4:192.0.2.7 +all'],
  'open.example TXT': ['v=spf1 +all'],
  'ends.example TXT': ['v=spf1 ip4:198.51.100.1'],
  'nothing.example TXT': ['v=spf10 +all', 'v=DMARC1'],
  'two.example TXT': ['v=spf1 +all', 'v=spf1 -all'],
  'wrong.example TXT': ['v=spf1 ip5:1.2.3.4 -all'],
  'wrongbits.example TXT': ['v=spf1 ip4:192.0.2.7/64 -all'],
  'circle.example TXT': ['v=spf1 include:circle.example -all'],
  'lost.example TXT': ['v=spf1 include:gone.example -all'],
  'macro.example TXT': ['v=spf1 exists:%{i}.allow.example -all'],
  'six.example TXT': ['v=spf1 ip6:2001:db8::/32 -all'],
  'long.example TXT': [`v=spf1 ${'ip4:198.51.100.1 '.repeat(30)}ip4:192.0.2.7 -all`],
  'broken.example TXT': ['SERVFAIL'],
}

let dns: Dns
let close: () => Promise<void>
beforeAll(async () => {
  ;({ dns, close } = await startDns(ZONE))
})
afterAll(() => close())

test.each([
  ['byaddress', 'pass'],
  ['bynet', 'pass'],
  ['outsidenet', 'refused', 'fail'],
  ['byname', 'pass'],
  ['bywide', 'pass'],
  ['bymx', 'pass'],
  ['byinclude', 'pass'],
  ['includesrefusal', 'refused', 'neutral'],
  ['byredirect', 'pass'],
  ['negated', 'refused', 'fail'],
  ['open', 'pass'],
  ['ends', 'refused', 'neutral'],
  ['nothing', 'none'],
  ['unheard', 'none'],
  ['two', 'broken', 'two SPF records'],
  ['wrong', 'broken', 'ip5:1.2.3.4'],
  ['wrongbits', 'broken', 'ip4:192.0.2.7/64'],
  ['circle', 'broken', 'look-ups'],
  ['lost', 'broken', 'gone.example'],
  ['macro', 'unclear', 'exists'],
  ['six', 'refused', 'fail'],
  ['long', 'pass'],
])('%s.example: %s', async (name, result, detail = '') => {
  expect(await checkSpf(SENDER, `${name}.example`, dns)).toMatchObject({
    result,
    detail: expect.stringContaining(detail),
  })
})

test('an IPv6 sender is compared with IPv6 networks', async () => {
  expect((await checkSpf('2001:db8::7', 'six.example', dns)).result).toBe('pass')
  expect((await checkSpf('2001:db9::7', 'six.example', dns)).result).toBe('refused')
})

test('a name server that fails is no missing record', async () => {
  await expect(checkSpf(SENDER, 'broken.example', dns)).rejects.toThrow(
    /broken\.example: ESERVFAIL/,
  )
})
