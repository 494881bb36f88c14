import { expect, test } from 'vitest'
import { judgeDkim, readDmarc } from '../../src/delivery/sender-records.ts'

test.each([
  { texts: ['v=DMARC1; p=none'], is: { policy: 'none', strictSpf: false, strictDkim: false } },
  {
    texts: ['x', 'v=DMARC1;p=Reject ; aspf=s; adkim=s; rua=mailto:a@b.example'],
    is: { policy: 'reject', strictSpf: true, strictDkim: true },
  },
  { texts: [], is: null },
  { texts: ['v=DMARC1'], is: null },
  { texts: ['v=DMARC1; p=maybe'], is: null },
  { texts: ['v=DMARC10; p=none'], is: null },
  { texts: ['v=DMARC1; p=none', 'v=DMARC1; p=reject'], is: null },
])('DMARC of $texts', ({ texts, is }) => {
  expect(readDmarc(texts)).toEqual(is)
})

const OURS = 'v=DKIM1; k=rsa; p=AAAA'
test.each([
  { texts: [OURS], is: 'right' },
  { texts: ['k=rsa; p=AA AA'], is: 'right' },
  { texts: ['v=DKIM1; t=y:s; p=AAAA'], is: 'testing' },
  { texts: ['v=DKIM1; t=s; p=AAAA'], is: 'right' },
  { texts: ['v=DKIM1; p=BBBB'], is: 'other' },
  { texts: ['v=DKIM1; p=BBBB', OURS], is: 'right' },
  { texts: ['v=DKIM1; p='], is: 'revoked' },
  { texts: [], is: 'missing' },
  { texts: ['v=spf1 -all'], is: 'missing' },
])('DKIM of $texts: $is', ({ texts, is }) => {
  expect(judgeDkim(texts, OURS)).toBe(is)
})
