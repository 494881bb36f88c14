import type { Brand, Colours, Scheme } from '../model.ts'

/** All colours of one scheme; what is beside the three that can be chosen follows from them. */
export type Palette = Colours & {
  /** Small print. */
  readonly soft: string
  /** Lines between stories. */
  readonly hair: string
  /** What lies behind the sheet, and boxes on it. */
  readonly tint: string
}
export type Palettes = Readonly<Record<Scheme, Palette>>

/** Ink on paper has a contrast of 16:1, soft ink 5.7:1, the accent 6.9:1; in the dark 14, 6.6 and 8.5. */
const SHIPPED: Palettes = {
  light: {
    ...{ ink: '#23201c', soft: '#6b645a', accent: '#a3301c' },
    ...{ paper: '#fffdf9', hair: '#e0d9cc', tint: '#f3efe8' },
  },
  dark: {
    ...{ ink: '#ece6dc', soft: '#a79f93', accent: '#ff9c80' },
    ...{ paper: '#1c1a18', hair: '#37332e', tint: '#131211' },
  },
}

/** WCAG 2.2, 1.4.3 (AA): of text in any size. */
const LEAST_CONTRAST = 4.5
/** Shares of ink in lines, in what lies behind, and in small print at its faintest. */
const HAIR = 0.15
const TINT = 0.04
const SOFT = 0.6
const STEP = 0.05
/** Of an accent in the dark that nobody chose: well above the least. */
const CLEAR_CONTRAST = 7

/** The colours a digest is shown in; those that are shipped where nothing was chosen. */
export function palettesOf({ light, dark }: Brand['colours']): Palettes {
  const lights = makePalette(light, SHIPPED.light)
  const paper = dark.paper ?? SHIPPED.dark.paper
  const accent = dark.accent ?? (light.accent && lighten(light.accent, paper))
  return { light: lights, dark: makePalette({ ...dark, ...(accent && { accent }) }, SHIPPED.dark) }
}

function makePalette(chosen: Partial<Colours>, shipped: Palette): Palette {
  const palette = { ...shipped, ...chosen }
  const { ink, paper } = palette
  if (ink === shipped.ink && paper === shipped.paper) return palette
  return {
    ...palette,
    soft: softInk(ink, paper),
    hair: mix(ink, paper, HAIR),
    tint: mix(ink, paper, TINT),
  }
}

/** What of the colours cannot be read well, and how badly; `null` where all can be. */
export function colourFault(palettes: Palettes): string | null {
  for (const [scheme, { ink, accent, paper, tint }] of Object.entries(palettes)) {
    const pairs = [
      ['ink', ink, 'paper', paper],
      ['accent', accent, 'paper', paper],
      ['ink', ink, 'boxes', tint],
    ] as const
    for (const [name, colour, ground, behind] of pairs) {
      const ratio = contrast(colour, behind)
      if (ratio < LEAST_CONTRAST)
        return `${name} ${colour} on ${ground} ${behind} has a contrast of ${ratio.toFixed(1)}:1 in the ${scheme}; readers need ${LEAST_CONTRAST}:1`
    }
  }
  return null
}

/** A style sheet with its `var(--name)`, and `var(--dark-name)`, put in: mail programs know none. */
export const fillColours = (css: string, { light, dark }: Palettes): string =>
  css.replace(/var\(--(dark-)?([a-z]+)\)/g, (whole, isDark: string | undefined, name: string) => {
    const palette: Readonly<Record<string, string>> = isDark ? dark : light
    return palette[name] ?? whole
  })

/** What pages load beside their own style sheet. */
export function colourSheet({ light, dark }: Palettes): string {
  const root = (palette: Palette) =>
    `:root { ${Object.entries(palette)
      .map(([name, colour]) => `--${name}: ${colour};`)
      .join(' ')} }`
  return `${root(light)}\n@media (prefers-color-scheme: dark) {\n  ${root(dark)}\n}\n`
}

/** WCAG 2.2: 1 for the same colour, 21 for black on white. */
export function contrast(a: string, b: string): number {
  const [darker = 0, lighter = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y)
  return (lighter + 0.05) / (darker + 0.05)
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = partsOf(colour)
    .map((part) => part / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/** The faintest mixture that can still be read. */
function softInk(ink: string, paper: string): string {
  for (let share = SOFT; share < 1; share += STEP) {
    const soft = mix(ink, paper, share)
    if (contrast(soft, paper) > LEAST_CONTRAST) return soft
  }
  return ink
}

function lighten(colour: string, paper: string): string {
  for (let share = 1; share > 0; share -= STEP) {
    const lighter = mix(colour, '#ffffff', share)
    if (contrast(lighter, paper) > CLEAR_CONTRAST) return lighter
  }
  return '#ffffff'
}

/** @param share of `a`, from 0 to 1 */
function mix(a: string, b: string, share: number): string {
  const [from, to] = [partsOf(a), partsOf(b)]
  const parts = from.map((part, at) => Math.round(part * share + (to[at] ?? 0) * (1 - share)))
  return `#${parts.map((part) => part.toString(16).padStart(2, '0')).join('')}`
}

const partsOf = (colour: string): readonly number[] =>
  [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16))
