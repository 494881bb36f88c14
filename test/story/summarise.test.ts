import { describe, expect, test } from 'vitest'
import { type SummaryDoc, summarise } from '../../src/story/summarise.ts'

const orbit =
  'The harbour bridge reopened to traffic on Monday after nine months of repairs. Engineers replaced 240 bearings and both expansion joints under the deck. He called it a good day. “I missed it every single morning,” said one driver at the gate. Was it worth the wait for the town? Sign up for our newsletter to get more stories like this.'
const tide =
  'Tide staff\n\nTraffic is back on the harbour bridge, which reopened on Monday after repairs of nine months. The works cost 31 million crowns, two million less than planned. ALL RIGHTS RESERVED BY THE TIDE OF THE HARBOUR.'
const echo =
  'Repairs to the harbour bridge lasted nine months and ended on Monday, when traffic returned. A ferry had carried 9,000 passengers a day in the meantime. Bus line 40 will cross the harbour bridge from Tuesday on.'
const three: SummaryDoc[] = [
  { title: 'Harbour bridge reopens', text: orbit, source: 'orbit.example' },
  { title: 'Bridge open again after repairs', text: tide, source: 'tide.example' },
  { title: 'Traffic returns to harbour bridge', text: echo, source: 'echo.example' },
]
const wordsIn = (texts: readonly { text: string }[]) =>
  texts.reduce((sum, { text }) => sum + text.split(/\s+/).length, 0)

describe('summarise', () => {
  test('sentences are verbatim at their offsets, in reading order', () => {
    const found = summarise(three, { sentences: 6 })
    expect(found.length).toBeGreaterThan(3)
    for (const { text, doc, start, end } of found) {
      expect(three[doc]?.text.slice(start, end)).toBe(text)
    }
    const order = found.map(({ doc, start }) => doc * 1e6 + start)
    expect(order).toEqual([...order].sort((a, b) => a - b))
  })

  test('whatever the text, a sentence is the text at its offsets', () => {
    const pieces =
      'HARWICK (Wire) — |• |(EWN) - |“|”|"|\n|\n\n| |. |? |! |… |Dr. |U.S. |The bridge reopened|engineers said |😀|e\u0301|港口大桥重新开放。|, and |I |240 |Video The '.split(
        '|',
      )
    let state = 7
    const next = () => {
      state = (state * 1_103_515_245 + 12_345) % 2 ** 31
      return state
    }
    for (let round = 0; round < 300; round++) {
      const docs = Array.from({ length: 1 + (next() % 3) }, () => {
        return { text: Array.from({ length: 120 }, () => pieces[next() % pieces.length]).join('') }
      })
      for (const { text, doc, start, end } of summarise(docs, { sentences: 5 })) {
        expect(docs[doc]?.text.slice(start, end)).toBe(text)
        expect(text).toBe(text.trim())
        expect(text).not.toBe('')
      }
    }
  })

  test('no bylines, notices, pull quotes, questions or dangling pronouns', () => {
    const text = summarise(three, { sentences: 5 })
      .map((found) => found.text)
      .join(' ')
    expect(text).not.toMatch(/staff|newsletter|RIGHTS|missed|worth|He called/)
  })

  test('the same fact is told once and its other tellers support it', () => {
    const found = summarise([three[0] as SummaryDoc, { ...three[1], text: orbit } as SummaryDoc], {
      sentences: 4,
    })
    expect(new Set(found.map(({ text }) => text)).size).toBe(found.length)
    expect(found[0]?.support.length).toBe(1)
  })

  test('a second source adds facts and supports the first, it does not repeat it', () => {
    const docs = [
      {
        title: 'Fund backs ferry maker',
        text: 'Lindgren Boats, which builds ferries with electric engines, has raised 85 million crowns in a round led by Harwick Capital. Its yard in Oland employs 310 people.',
        source: 'orbit.example',
      },
      {
        title: 'Lindgren Boats raises 85 million',
        text: 'Lindgren Boats, a maker of ferries with electric engines, said it had received 85 million crowns from investors led by Harwick Capital. Half of the crowns will pay for a second dock, the yard said.',
        source: 'tide.example',
      },
    ]
    const found = summarise(docs, { sentences: 2 })
    expect(found.filter(({ text }) => text.includes('85 million'))).toHaveLength(1)
    const told = found.find(({ text }) => text.includes('85 million'))
    expect(told?.support).toEqual([told?.doc === 0 ? 1 : 0])
  })

  test('where a wire names its place, the offset begins after it', () => {
    const text = `HARWICK (Example Wire) — ${orbit}`
    const [first] = summarise([{ text }], { sentences: 1 })
    expect(first?.text).toMatch(/^The harbour bridge reopened/)
    expect(text.slice(first?.start, first?.end)).toBe(first?.text)
  })

  test('the document with the best sentence comes first where that is asked for', () => {
    const aside = 'Ducks were seen in the old harbour basin on a quiet Monday, people said.'
    const docs = [{ title: 'Ducks', text: aside, source: 'pond.example' }, ...three]
    const docsOf = (bestFirst: boolean) =>
      summarise(docs, { sentences: 9, bestFirst }).map(({ doc }) => doc)
    expect(docsOf(false)[0]).toBe(0)
    expect(docsOf(true)[0]).not.toBe(0)
  })

  describe('under a headline', () => {
    const ferry =
      'The harbour ferry carried 900 people on Monday, its owner Ada Lind said in Harwick.'
    const toll =
      'The council of Harwick will vote on a toll for the bridge on Friday, two members said.'
    const lines = (sentences: readonly string[], source: string): SummaryDoc => ({
      text: sentences.join(' '),
      source,
    })
    const firstOf = (headline: string) =>
      summarise([lines([ferry], 'one.example'), lines([toll], 'two.example')], {
        ...{ sentences: 2, bestFirst: true, headline },
      })[0]?.text

    test('the first sentence is the one that says plainly more of it', () => {
      expect(firstOf('Harbour ferry carried 900 people on Monday')).toBe(ferry)
      expect(firstOf('Council votes on a toll for the bridge on Friday')).toBe(toll)
      expect(firstOf('Crossings')).toBe(firstOf('Harwick'))
    })

    test('what has to do neither with it nor with what was told is left out beyond two', () => {
      const aside = 'Ducks were seen near an old mill upstream by a group of eleven painters.'
      const docs = [lines([ferry, toll, aside], 'one.example')]
      const told = (headline?: string) =>
        summarise(docs, { sentences: 3, ...(headline && { headline }) }).map(({ text }) => text)
      expect(told()).toEqual([ferry, toll, aside])
      // It comes right after one that is told.
      expect(told('Harwick')).toEqual([ferry, toll, aside])
      const apart = [lines([ferry, toll], 'one.example'), lines([aside], 'one.example')]
      const texts = summarise(apart, { sentences: 3, headline: 'Harwick' }).map(({ text }) => text)
      expect(texts.toSorted()).toEqual([toll, ferry].toSorted())
    })

    test('a second provider is heard all the same', () => {
      const aside = 'Ducks were seen near an old mill upstream by a group of eleven painters.'
      const docs = [lines([ferry, toll], 'one.example'), lines([aside], 'two.example')]
      const told = summarise(docs, { sentences: 3, headline: 'Harwick' })
      expect(told.map(({ doc }) => doc)).toContain(1)
    })
  })

  test('two providers are heard where there are two', () => {
    const long = Array.from(
      { length: 9 },
      (_, i) => `The harbour bridge repairs reached stage ${i} of the traffic plan on Monday.`,
    )
    const docs = [
      {
        title: 'Harbour bridge repairs',
        text: `${orbit} ${long.join(' ')}`,
        source: 'orbit.example',
      },
      { title: 'Harbour bridge repairs', text: orbit, source: 'orbit.example' },
      {
        title: 'Ferry ends',
        text: 'The ferry made its last trip at noon with forty passengers.',
        source: 'tide.example',
      },
    ]
    const heard = summarise(docs, { sentences: 2 }).map(({ doc }) => docs[doc]?.source)
    expect(new Set(heard).size).toBe(2)
  })

  test.each([
    { name: 'default', options: {}, sentences: 3 },
    { name: 'one', options: { sentences: 1 }, sentences: 1 },
    { name: 'none', options: { sentences: 0 }, sentences: 0 },
    { name: 'too few words for one sentence', options: { words: 1 }, sentences: 1 },
  ])('$name → $sentences', ({ options, sentences }) => {
    expect(summarise(three, options)).toHaveLength(sentences)
  })

  test.each([15, 30, 45])('%i words are not passed', (words) => {
    expect(wordsIn(summarise(three, { words }))).toBeLessThanOrEqual(words)
  })

  test('one source tells its story from the beginning', () => {
    const [first] = summarise([{ text: orbit }], { sentences: 1 })
    expect(first?.text).toMatch(/^The harbour bridge reopened/)
  })

  test('the title is not repeated as a sentence', () => {
    const title = 'The harbour bridge reopens to all traffic'
    const found = summarise([{ title, text: `${title}.\n\n${orbit}` }])
    expect(found.map(({ text }) => text)).not.toContain(`${title}.`)
  })

  test('a title that ran into the first sentence takes it along', () => {
    const title = 'The harbour bridge reopens to all traffic'
    const found = summarise([{ title, text: `Local ${title} It took nine months. ${orbit}` }])
    expect(found.length).toBeGreaterThan(0)
    for (const { text } of found) expect(text).not.toContain(title)
  })

  test.each<{ name: string; docs: SummaryDoc[] }>([
    { name: 'no documents', docs: [] },
    { name: 'empty texts', docs: [{ text: '' }, { text: ' \n\n ' }] },
    {
      name: 'nothing but notices',
      docs: [
        { text: 'Subscribe to our newsletter today, please. © Orbit.' },
        { text: '[Update: this page was changed at noon today.] Hide caption Cars on the bridge.' },
        { text: 'A daily roundup of harbours and bridges. Watch Ada Lind on the bridge at seven.' },
      ],
    },
  ])('$name gives nothing', ({ docs }) => {
    expect(summarise(docs)).toEqual([])
  })

  test('a terse excerpt is better than nothing', () => {
    expect(summarise([{ text: 'Bridge reopens on Monday' }])).toHaveLength(1)
  })

  test.each([
    { name: 'a word', text: 'Bridge', most: 0 },
    { name: 'a megabyte without a space', text: 'x'.repeat(1e6), most: 0 },
    { name: 'a megabyte without a full stop', text: 'bridge '.repeat(150_000), most: 0 },
    { name: 'a megabyte of stops', text: '. '.repeat(500_000), most: 0 },
    { name: 'a megabyte of quotation marks', text: '“"'.repeat(500_000), most: 0 },
    { name: 'a megabyte of sentences', text: `${orbit} `.repeat(2_500), most: 3 },
    { name: 'Arabic', text: 'أعيد فتح جسر الميناء أمام حركة المرور يوم الاثنين.', most: 1 },
    {
      name: 'German',
      text: 'Die Hafenbrücke ist seit Montag wieder für den Verkehr frei.',
      most: 1,
    },
  ])('$name gives $most sentences', ({ text, most }) => {
    const found = summarise([{ text }])
    expect(found).toHaveLength(most)
    for (const one of found) expect(text.slice(one.start, one.end)).toBe(one.text)
  })

  test('other scripts', () => {
    const text = '港口大桥周一重新开放交通。工程师更换了二百四十个支座。轮渡已经停运。'
    const found = summarise([{ text }], { sentences: 2 })
    expect(found.map((one) => one.text)).toEqual([
      '港口大桥周一重新开放交通。',
      '工程师更换了二百四十个支座。',
    ])
  })

  test.each([
    {
      name: 'Hindi',
      language: 'hi',
      text: 'बंदरगाह का पुल दो साल की मरम्मत के बाद सोमवार को फिर खुल गया। इंजीनियरों ने पुल के सभी पुराने तार बदल दिए। नौका सेवा अब बंद कर दी गई है।',
    },
    {
      name: 'Arabic',
      language: 'ar',
      text: 'أعيد فتح جسر الميناء أمام حركة المرور يوم الاثنين. استبدل المهندسون جميع كابلات الجسر القديمة هذا العام. هل توقفت خدمة العبارات إلى الضفة الأخرى؟',
    },
    {
      name: 'Thai',
      language: 'th',
      text: 'สะพานท่าเรือเปิดให้รถผ่านอีกครั้งในวันจันทร์หลังซ่อมสองปี\n\nวิศวกรเปลี่ยนสายเคเบิลเก่าของสะพานทั้งหมดแล้ว',
    },
    {
      name: 'Russian',
      language: 'ru',
      text: 'Портовый мост снова открыли для движения в понедельник после ремонта. Инженеры заменили все старые тросы моста за два года.',
    },
  ])('$name has whole sentences at their offsets', ({ text, language }) => {
    const found = summarise([{ text, language }], { sentences: 2 })
    expect(found).toHaveLength(2)
    for (const one of found) expect(text.slice(one.start, one.end)).toBe(one.text)
  })

  test('one text is told by its beginning; what is wanted may stand anywhere', () => {
    const lines = Array.from({ length: 30 }, (_, i) => `Gate ${i} of the crossing opened at dawn.`)
    const title = 'Harbour bridge reopens'
    const text = [...lines, 'The harbour bridge reopens on Monday, Ada Lind said.'].join(' ')
    const told = (isWanted?: () => boolean) =>
      summarise([{ title, text }], { sentences: 3, ...(isWanted && { isWanted }) })
    expect(
      told()
        .map(({ text }) => text)
        .join(),
    ).not.toContain('bridge')
    expect(told(() => true).at(-1)?.text).toContain('bridge')
  })

  test('what comments gives way to what reports', () => {
    const claims = (who: string) =>
      Array.from(
        { length: 9 },
        (_, i) => `The harbour bridge took ${i + 3} months of repairs${who}.`,
      ).join(' ')
    const docs = [
      { title: 'The harbour bridge', text: claims(''), source: 'one.example' },
      { title: 'The harbour bridge', text: claims(', the mayor said'), source: 'two.example' },
    ]
    expect(summarise(docs, { sentences: 1 })[0]?.doc).toBe(1)
    const quiet = [docs[0], { ...docs[0], source: 'two.example' }] as SummaryDoc[]
    expect(summarise(quiet, { sentences: 1 })[0]?.doc).toBe(0)
  })

  test('what stands below a title that argues gives way too', () => {
    const text = 'The harbour bridge took nine months of repairs, the mayor said on Monday.'
    const docs = (first: string): SummaryDoc[] => [
      { title: first, text, source: 'one.example' },
      { title: 'Harbour bridge reopens', text, source: 'two.example' },
    ]
    const told = (first: string) => summarise(docs(first), { sentences: 1 })[0]?.doc
    expect(told('Harbour bridge reopens')).toBe(0)
    expect(told('Why the harbour bridge reopens')).toBe(1)
    expect(told('The case for a harbour bridge that reopens')).toBe(1)
  })

  test('a surname waits until a sentence has said whose it is', () => {
    const first =
      'The council of Harwick met Ada Lind on Monday to talk about the bridge and its toll.'
    const second =
      'Lind told the council of Harwick on Monday that the bridge and its toll would stay.'
    const other =
      'Members told the council of Harwick on Monday that the bridge and its toll would go.'
    const quiet =
      'The council of Harwick met its members on Monday to talk about the bridge and tolls.'
    const docs = [
      { title: 'Bridge toll stays', text: `${first} ${second}`, source: 'one.example' },
      { title: 'The bridge and its toll', text: `${quiet} ${other}`, source: 'two.example' },
    ]
    const only = (headline: string) =>
      summarise(docs, {
        ...{ sentences: 1, headline },
        isWanted: ({ text }) => text === second || text === other,
      }).map(({ text }) => text)
    expect(only('Bridge and toll')).toEqual([other])
    expect(only('Ada Lind and the toll')).toEqual([second])
  })

  test('a name that ran into a caption is no sentence where there are others', () => {
    const text = `Gov.-elect Ada Lind (D-Mass.) | Orbit Photo The bridge is one of seven.\n\n${orbit}`
    const told = summarise([{ title: 'Gov. Ada Lind', text }], { sentences: 9 })
    expect(told.filter(({ text }) => text.startsWith('Gov'))).toEqual([])
    expect(told.length).toBeGreaterThan(0)
  })

  test('a correction, an invitation and an address are no part of the story', () => {
    const text = `Corrections & Clarifications: This story has been updated for the bridge. ${orbit}`
    expect(summarise([{ text }])[0]?.text).toBe(orbit.slice(0, orbit.indexOf('.') + 1))
    const call = `Call (415) 555-0142 for news of the bridge, or write to bridge@orbit.example. ${orbit}`
    expect(summarise([{ text: call }])[0]?.text).toBe(orbit.slice(0, orbit.indexOf('.') + 1))
  })

  test('a hundred long documents and a vast budget are cut to size', () => {
    const text = Array.from(
      { length: 400 },
      (_, i) => `Gate ${i} of the harbour bridge opened at hour ${i} of the works.`,
    ).join(' ')
    const docs = Array.from({ length: 100 }, (_, i) => ({ text, source: `${i}.example` }))
    expect(summarise(docs, { words: 1e9 }).length).toBeGreaterThan(0)
  })
})
