import { describe, expect, test } from 'vitest'
import { colourFault, contrast, fillColours, palettesOf } from '../../src/edition/palette.ts'

const NONE = { light: {}, dark: {} }

test('contrast is that of WCAG 2.2', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21)
  expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2)
  expect(contrast('#ffffff', '#777777')).toBeCloseTo(4.48, 2)
})

describe('colours', () => {
  test('that are shipped can be read', () => expect(colourFault(palettesOf(NONE))).toBeNull())

  test.each([
    { accent: '#0b5cad' },
    { accent: '#6a1b9a', paper: '#ffffff' },
    { accent: '#0b3d0b', paper: '#e8f5e9', ink: '#0a1f0a' },
    { accent: '#000000' },
  ])('%j can be read, in the dark too, and all that follows from them', (light) => {
    const palettes = palettesOf({ light, dark: {} })
    expect(colourFault(palettes)).toBeNull()
    for (const { soft, accent, paper } of Object.values(palettes)) {
      expect(contrast(soft, paper)).toBeGreaterThan(4.5)
      expect(contrast(accent, paper)).toBeGreaterThan(4.5)
    }
  })

  test.each([
    { light: { accent: '#ffcc00' }, dark: {}, says: 'accent #ffcc00 on paper #fffdf9' },
    { light: { ink: '#999999' }, dark: {}, says: 'ink #999999 on paper #fffdf9' },
    { light: {}, dark: { accent: '#0b5cad' }, says: /in the dark; readers need 4.5:1$/ },
    { light: { paper: '#202020' }, dark: {}, says: 'ink #23201c on paper #202020' },
  ])('$light $dark cannot: $says', ({ light, dark, says }) => {
    expect(colourFault(palettesOf({ light, dark }))).toMatch(says)
  })

  test('stand in a style sheet in place of their names', () => {
    const palettes = palettesOf({ light: { accent: '#0b5cad' }, dark: { accent: '#8ec5ff' } })
    const css = 'a { color: var(--accent) } b { color: var(--dark-accent); top: var(--other) }'
    expect(fillColours(css, palettes)).toBe(
      'a { color: #0b5cad } b { color: #8ec5ff; top: var(--other) }',
    )
  })
})
