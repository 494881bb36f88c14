import { describe, expect, test } from 'vitest'
import { repairMojibake } from '../../src/article/mojibake.ts'

/** UTF-8 read as windows-1252. */
const mangle = (text: string) => new TextDecoder('windows-1252').decode(Buffer.from(text))

describe('mangled text is made whole', () => {
  test.each([
    ['doesnâ€™t', 'doesn’t'],
    ['cafÃ© de la gare', 'café de la gare'],
    ['fÃ¼r 5 â‚¬ â€“ jetzt', 'für 5 € – jetzt'],
    ['ï»¿Title', '\ufeffTitle'],
    ['il va Ã\u00a0 Paris', 'il va à Paris'],
    ['Ã”tez-la', 'Ôtez-la'],
  ])('%s', (mangled, whole) => expect(repairMojibake(mangled)).toBe(whole))

  test.each([
    'Müller’s “Größe” — naïve façade, señor…',
    'Čtyři žluté koně',
    'Привет, мир',
    '日本語の新聞',
    'Launch 🚀 today',
    '10 °C · 5 £ ®',
  ])('%s', (text) => {
    expect(repairMojibake(mangle(text))).toBe(text)
    expect(repairMojibake(mangle(mangle(text)))).toBe(text)
  })
})

describe('sound text stays as it is', () => {
  test.each([
    'Le CAFÉ… « FÉLICITÉ\u00a0» à la mairie',
    'ROMÂNIA” și SÃO PAULO, IRMÃ… irmã…”',
    'Ärger über Öl: „Ü“, Ä–Z, Å®',
    'Ünlü “Ã” harfi, Ð og Þ',
    'L’été, où ça ? Noël – garçon',
    'Привет, “мир”',
  ])('%s', (text) => expect(repairMojibake(text)).toBe(text))
})
