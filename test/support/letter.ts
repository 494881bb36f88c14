import { mailBrand } from '../../src/edition/brand.ts'
import type { LetterView } from '../../src/edition/letter.ts'
import { type Language, sayToReader } from '../../src/edition/reader-texts.ts'
import type { Digest } from '../../src/model.ts'

const BRANDED = {
  name: 'Harbour Morning',
  brand: {
    colours: { light: { ink: '#0b2545' }, dark: { ink: '#d6e4f5' } },
    ...{ logo: 'abc', intro: 'Good morning.', footer: 'Member of the <guild>.' },
  },
} as Digest

/** The letter a sign-up is answered with, of a digest that looks its own way. */
export function makeLetter(language: Language = 'en'): LetterView {
  const say = sayToReader(language)
  const names = { digest: BRANDED.name }
  return {
    ...{ language, name: BRANDED.name, postal: '4 Quay Street, 1000 Northquay' },
    brand: mailBrand(BRANDED, 'https://dose.example'),
    subject: say('mailConfirm', names),
    text: say('mailConfirmText', names),
    url: `https://dose.example/confirm/${'x'.repeat(160)}`,
    button: say('mailConfirmButton'),
    notes: [say('mailIgnore'), say('mailUntil', { time: '20 November, 07:00' })],
  }
}
