/** Charts are drawn here as numbers, and by a template as SVG: no library, no script. */

export type Point = { readonly label: string; readonly value: number }

const WIDTH = 240
const HEIGHT = 48
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
