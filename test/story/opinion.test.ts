import { describe, expect, test } from 'vitest'
import { argues, isOpinion, isView } from '../../src/story/opinion.ts'

describe('isOpinion', () => {
  test.each([
    { title: 'OPINION: Build the bridge' },
    { title: 'Opinion | Build the bridge' },
    { title: 'Editorial: A bridge too late' },
    { title: 'FINLEY: A bridge too late' },
    { title: 'A bridge too late - Opinion' },
    { title: 'Op-ed by Ada Lind: build the bridge' },
    { title: 'A bridge too late', url: 'https://orbit.example/2026/opinion/bridge' },
    { title: 'A bridge too late', url: 'https://orbit.example/commentisfree/bridge' },
  ])('$title $url', ({ title, url }) => {
    expect(isOpinion(title, url)).toBe(true)
  })

  test.each([
    { title: 'Bridge reopens' },
    { title: 'Court: bridge may stay open' },
    { title: 'NATO: Bridge may stay open' },
    { title: 'Opinion polls favour the bridge', url: 'https://orbit.example/bridge-opinion-polls' },
  ])('$title is news', ({ title, url }) => {
    expect(isOpinion(title, url)).toBe(false)
  })
})

describe('argues', () => {
  const view =
    'We should have built the bridge years ago, and everyone in the valley knows it. The truth is that nobody on the ' +
    'council ever cared about us, and perhaps they never will. Instead of a bridge we were given a ferry, which is ' +
    'simply absurd. I have crossed the river every day of my life, and I say that we must not wait any longer. ' +
    'Let’s be clear: the mayor ought to go. Whatever she does, the people of the valley should even now be told why. '
  const report =
    'The council of the valley voted on Monday for a bridge over the river, the mayor said. The works will cost 31 ' +
    'million crowns, according to the road office, which announced the plan on Friday. Engineers told the council ' +
    'that the ferry carries 900 people a day, and that the number has doubled since the mill was closed. ' +
    'The owner of the ferry said that he will stay until the bridge is open to traffic. '

  test('a columnist does, a reporter does not', () => {
    expect(argues('A bridge', view.repeat(2))).toBe(true)
    expect(argues('A bridge', report.repeat(3))).toBe(false)
  })

  test('what a report quotes is not its own', () => {
    const quoted = `${report} “${view.slice(0, 500)}” ${report} “${view.slice(0, 500)}” ${report}`
    expect(argues('A bridge', quoted)).toBe(false)
  })

  test('between the two the title decides', () => {
    const said = 'The mayor said on Monday that the bridge of the valley is as old as the mill. '
    const mixed = `${said.repeat(5)}${view}${'The bridge of the valley is as old as the mill. '.repeat(30)}`
    expect(argues('Bridge opens', mixed)).toBe(false)
    expect(argues('Why the bridge should open', mixed)).toBe(true)
  })

  test.each([
    { name: 'a few words', text: 'We must never do it.' },
    { name: 'another language', text: 'I musei e i ponti me li ricordo, e i treni. '.repeat(20) },
  ])('$name tell nothing', ({ text }) => {
    expect(argues('A bridge', text)).toBe(false)
  })

  test('what was found when it was scored counts', () => {
    const found = { title: 'A bridge', url: 'https://orbit.example/bridge', qualityParts: [] }
    expect(isView(found)).toBe(false)
    expect(isView({ ...found, title: 'Opinion: A bridge' })).toBe(true)
    expect(isView({ ...found, qualityParts: [{ name: 'opinion', value: -12 }] })).toBe(true)
    expect(isView({ ...found, qualityParts: [{ name: 'opinion', value: 0 }] })).toBe(false)
  })
})
