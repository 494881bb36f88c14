import { expect, test } from 'vitest'
import { detectLanguage } from '../../src/text/language.ts'

test.each([
  { want: 'en', text: 'The council voted on Tuesday to reopen the old bridge across the river.' },
  { want: 'de', text: 'Der Stadtrat beschloss am Dienstag, die alte Brücke wieder zu öffnen.' },
  { want: 'fr', text: 'Le conseil a voté mardi la réouverture du vieux pont sur la rivière.' },
  { want: 'es', text: 'El ayuntamiento votó el martes reabrir el viejo puente sobre el río.' },
  { want: null, text: 'Oslo' },
  { want: null, text: '2026 – 14:30 / 99.95 % + 12,000 = 5' },
  { want: null, text: '' },
])('$want: $text', ({ text, want }) => expect(detectLanguage(text)).toBe(want))
