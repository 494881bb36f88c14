/** Charts are drawn here as numbers, and by a template as SVG: no library, no script. */

export type Point = { readonly label: string; readonly value: number }

const WIDTH = 240
const HEIGHT = 48
/** Radius of a dot. */
const DOT = 4
/** Room for the line's own width at the edges. */
const EDGE = 2

export type LineChart = {
  readonly width: number
  readonly height: number
  /** Of an SVG path. */
  readonly line: string
  readonly area: string
  /** The same in words. */
  readonly text: string
  readonly sum: number
  readonly most: number
}

/** A small line from 0 to the largest value. @param what names what is counted, for the words. */
export function lineChart(what: string, points: readonly Point[]): LineChart {
  const most = Math.max(0, ...points.map(({ value }) => value))
  const x = (index: number) => round((index / Math.max(1, points.length - 1)) * WIDTH)
  const y = (value: number) =>
    round(HEIGHT - EDGE - (most === 0 ? 0 : (value / most) * (HEIGHT - 2 * EDGE)))
  const steps = points.map(({ value }, index) => `${x(index)} ${y(value)}`)
  const line = steps.length > 0 ? `M${steps.join('L')}` : ''
  return {
    width: WIDTH,
    height: HEIGHT,
    line,
    area: line && `${line}V${HEIGHT}H0Z`,
    text: inWords(what, points),
    sum: points.reduce((sum, { value }) => sum + value, 0),
    most,
  }
}

export type BarChart = {
  readonly width: number
  readonly height: number
  readonly bars: readonly {
    readonly x: number
    readonly y: number
    readonly width: number
    readonly height: number
    readonly title: string
  }[]
  readonly text: string
  readonly most: number
}

/** One bar a point, from 0 to the largest value; what is more than nothing is seen. */
export function barChart(what: string, points: readonly Point[]): BarChart {
  const most = Math.max(0, ...points.map(({ value }) => value))
  const step = WIDTH / Math.max(1, points.length)
  return {
    width: WIDTH,
    height: HEIGHT,
    bars: points.map(({ label, value }, index) => {
      const height = most === 0 || value <= 0 ? 0 : Math.max(1, (value / most) * HEIGHT)
      return {
        x: round(index * step),
        y: round(HEIGHT - height),
        width: round(step * 0.8),
        height: round(height),
        title: `${label}: ${value}`,
      }
    }),
    text: inWords(what, points),
    most,
  }
}

const round = (value: number): number => Math.round(value * 10) / 10

function inWords(what: string, points: readonly Point[]): string {
  const last = points.at(-1)
  if (!last) return `${what}: nothing yet`
  const top = points.reduce((best, point) => (point.value > best.value ? point : best))
  const sum = points.reduce((total, { value }) => total + value, 0)
  return `${what}: ${round(sum)} in all, most at ${top.label} (${top.value}), last ${last.value}`
}

/** One part of a sum, drawn where the parts before it end. */
export type PartBar = {
  readonly name: string
  readonly value: string
  readonly note: string
  readonly x: number
  readonly width: number
  readonly takes: boolean
}

/** Parts that add up to a total, each beginning where the one before it ends. */
export function partBars(
  parts: readonly { readonly name: string; readonly value: number; readonly note?: string }[],
): PartBar[] {
  let sum = 0
  const ends = parts.map(({ value }) => (sum += value))
  const least = Math.min(0, ...ends)
  const span = Math.max(0, ...ends) - least || 1
  return parts.map(({ name, value, note = '' }, i) => {
    const [from, to] = [ends[i - 1] ?? 0, ends[i] ?? 0]
    const x = ((Math.min(from, to) - least) / span) * WIDTH
    return {
      ...{ name, note, takes: value < 0 },
      value: `${value > 0 ? '+' : ''}${value.toFixed(2)}`,
      x: round(x),
      width: value === 0 ? 0 : Math.max(1, round((Math.abs(value) / span) * WIDTH)),
    }
  })
}

/** Where instants stand between the first and the last of them, on a line as wide as a chart. */
export function placesInTime(instants: readonly string[]): number[] {
  const times = instants.map((at) => Date.parse(at))
  const [first, last] = [Math.min(...times), Math.max(...times)]
  const width = WIDTH - 2 * DOT
  return times.map((at) =>
    round(DOT + (last === first ? 0 : ((at - first) / (last - first)) * width)),
  )
}
