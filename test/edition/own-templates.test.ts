import { describe, expect, test } from 'vitest'
import { copyOf, faultsIn, joinTemplates, standingOf } from '../../src/edition/own-templates.ts'
import { createRenderer } from '../../src/edition/render.ts'
import { makeEdition, makeIssue } from '../support/edition.ts'
import { templates } from '../support/renderer.ts'

const faultsOf = (name: string, source: string) =>
  faultsIn(joinTemplates(templates, { [name]: source }))

describe('a template of an operator is refused by its line', () => {
  test.each([
    { source: 'a\n{{#if x}}', says: /Parse error/, line: 2 },
    { source: '{{#if x}}\n\n{{/each}}', says: /if doesn't match each/ },
    { source: 'a\nb\n{{shout x}}', says: /unknown helper shout/, line: 3 },
    {
      source: 'a\n{{> partials/none}}',
      says: /includes partials\/none, which is not there/,
      line: 2,
    },
    { source: "a\n\n{{t 'nonsense'}}", says: /no text is called nonsense/, line: 3 },
    { source: 'a\n<b>{{{headline}}}</b>', says: /three braces/, line: 2 },
    { source: '<a href="{{url}}">', says: /write \{\{link …\}\}/, line: 1 },
  ])('$source', ({ source, says, line }) => {
    const [fault, ...others] = faultsOf('partials/mail-story', source)
    expect(others).toEqual([])
    expect(fault).toMatchObject({
      file: 'partials/mail-story.hbs',
      ...(line && { line }),
      says: expect.stringMatching(says),
    })
  })

  test('and one that replaces nothing', () => {
    expect(faultsOf('maill', 'x')).toMatchObject([{ file: 'maill.hbs', line: 1 }])
    expect(faultsOf('partials/extra', 'x')).toEqual([])
  })
})

describe('a copy', () => {
  const copy = (name: string) => copyOf(name, templates[name] ?? '')

  test('prints what the shipped one prints, and may be changed', () => {
    const names = ['mail', 'mail.css', 'mail.txt', 'partials/mail-story', 'partials/story.txt']
    const own = Object.fromEntries(names.map((name) => [name, copy(name)]))
    const set = joinTemplates(templates, own)
    expect(faultsIn(set)).toEqual([])
    const input = { edition: makeEdition(), issue: makeIssue(), postal: '' }
    const ours = createRenderer(templates).mail(input)
    expect(createRenderer(set.all).mail(input)).toEqual(ours)
    const changed = copy('partials/mail-story').replace('{{kicker}}', 'On {{kicker}}')
    const other = createRenderer({ ...set.all, 'partials/mail-story': changed }).mail(input)
    expect(other.html).toContain('On Weather')
  })

  test('tells when the template it was made from has changed since', () => {
    const standing = (own: string, shipped = templates.mail ?? '') =>
      standingOf('mail', joinTemplates({ mail: shipped }, { mail: own }))
    expect(standing(`${copy('mail')}<!-- mine -->`)).toBe('current')
    expect(standing(copy('mail'), 'another release')).toBe('changed since')
    expect(standing('mine alone')).toBe('of unknown version')
    expect(standing(copy('letter'))).toBe('of unknown version')
  })
})
