import { describe, expect, test } from 'vitest'
import { sentences } from '../../src/text/sentences.ts'

const split = (text: string) => sentences(text).map((sentence) => sentence.text)

describe('sentences', () => {
  test.each([
    { name: 'nothing', text: ' \n\n ', want: [] },
    { name: 'no full stop', text: 'Bridge reopens', want: ['Bridge reopens'] },
    {
      name: 'titles',
      text: 'Dr. Ada Lind met Gen. Roe. They spoke.',
      want: ['Dr. Ada Lind met Gen. Roe.', 'They spoke.'],
    },
    {
      name: 'titles of several',
      text: 'A panel led by Reps. Lind and Roe met. They spoke.',
      want: ['A panel led by Reps. Lind and Roe met.', 'They spoke.'],
    },
    {
      name: 'initials',
      text: 'J. R. Marsh wrote it. All agreed.',
      want: ['J. R. Marsh wrote it.', 'All agreed.'],
    },
    {
      name: 'a country inside a sentence',
      text: 'The U.S. Senate voted. It was late.',
      want: ['The U.S. Senate voted.', 'It was late.'],
    },
    {
      name: 'German short forms',
      text: 'Ersetzt wurden z. B. Lager. Es war spät.',
      want: ['Ersetzt wurden z. B. Lager.', 'Es war spät.'],
    },
    {
      name: 'a country near the beginning of a paragraph',
      text: 'It was late.\n\nWhen a U.S. Senate votes, it shows.',
      want: ['It was late.', 'When a U.S. Senate votes, it shows.'],
    },
    {
      name: 'a country at the end',
      text: 'He moved to the U.S. The house is new.',
      want: ['He moved to the U.S.', 'The house is new.'],
    },
    {
      name: 'a company inside',
      text: 'Orbit Inc. Chairman Lee left. Sales fell.',
      want: ['Orbit Inc. Chairman Lee left.', 'Sales fell.'],
    },
    {
      name: 'numbers',
      text: 'It rose 3.5 percent. No. 7 was sold.',
      want: ['It rose 3.5 percent.', 'No. 7 was sold.'],
    },
    {
      name: 'no as a word',
      text: 'They said no. Then they left.',
      want: ['They said no.', 'Then they left.'],
    },
    {
      name: 'speech',
      text: '“Stop!” he said. “Why?” she asked.',
      want: ['“Stop!” he said.', '“Why?” she asked.'],
    },
    {
      name: 'a month',
      text: 'It opens on Sept. 12 in Oslo. Come early.',
      want: ['It opens on Sept. 12 in Oslo.', 'Come early.'],
    },
    {
      name: 'a line wrapped by hand',
      text: 'It was a long\nday. We slept.',
      want: ['It was a long\nday.', 'We slept.'],
    },
    {
      name: 'a heading on a line of its own',
      text: 'A new start\nThe bridge opened.',
      want: ['A new start', 'The bridge opened.'],
    },
    {
      name: 'paragraphs always break',
      text: 'It was Dr.\n\nlind who came.',
      want: ['It was Dr.', 'lind who came.'],
    },
    { name: 'Chinese', text: '今天下雨。明天晴。', want: ['今天下雨。', '明天晴。'] },
    {
      name: 'Japanese with speech',
      text: '橋は月曜日に再開した。「うれしい」と市長は話した。',
      want: ['橋は月曜日に再開した。', '「うれしい」と市長は話した。'],
    },
    {
      name: 'Hindi',
      text: 'पुल सोमवार को फिर खुल गया। मरम्मत में दो साल लगे।',
      want: ['पुल सोमवार को फिर खुल गया।', 'मरम्मत में दो साल लगे।'],
    },
    {
      name: 'Thai by paragraphs',
      text: 'สะพานเปิดให้รถผ่านอีกครั้งในวันจันทร์\n\nการซ่อมใช้เวลาสองปี',
      want: ['สะพานเปิดให้รถผ่านอีกครั้งในวันจันทร์', 'การซ่อมใช้เวลาสองปี'],
    },
    {
      name: 'Russian and Ukrainian',
      text: 'Мост открыли в понедельник. Ремонт длился два года! Міст відкрито.',
      want: ['Мост открыли в понедельник.', 'Ремонт длился два года!', 'Міст відкрито.'],
    },
    {
      name: 'French guillemets and a title',
      text: 'Mme. Lind a dit : « Le pont rouvre. » Les travaux ont duré deux ans.',
      want: ['Mme. Lind a dit : « Le pont rouvre. »', 'Les travaux ont duré deux ans.'],
    },
    {
      name: 'Spanish inverted marks',
      text: '¿Cuándo abre el puente? El lunes. ¡Por fin!',
      want: ['¿Cuándo abre el puente?', 'El lunes.', '¡Por fin!'],
    },
    {
      name: 'Greek question mark and Arabic',
      text: 'هل وصل؟ نعم وصل.',
      want: ['هل وصل؟', 'نعم وصل.'],
    },
  ])('$name', ({ text, want }) => {
    expect(split(text)).toEqual(want)
  })

  test('offsets lead to the sentence, in order, and lose nothing but white space', () => {
    const bits = [
      'Dr. ',
      'A',
      'b. ',
      '"',
      '…',
      '\n',
      '\n\n',
      '\r\n',
      '🙂',
      'U.S. ',
      'é',
      '。',
      '! ',
      '? ',
      '\u00a0',
      '\u2028',
      '3.',
      ' x',
      '\ud83d',
    ]
    let seed = 7
    const next = () => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
      return seed / 2_147_483_648
    }
    for (let round = 0; round < 500; round++) {
      const text = Array.from({ length: 40 }, () => bits[Math.floor(next() * bits.length)]).join('')
      let end = 0
      for (const found of sentences(text)) {
        expect(text.slice(found.start, found.end)).toBe(found.text)
        expect(found.text).toBe(found.text.trim())
        expect(found.start).toBeGreaterThanOrEqual(end)
        expect(text.slice(end, found.start).trim()).toBe('')
        end = found.end
      }
      expect(text.slice(end).trim()).toBe('')
    }
  })
})
