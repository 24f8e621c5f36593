/** Where the points of a curve lie: time from left to right, values from below, between bounds that people read easily. Pure. */
import type { ChartPoint } from '#api/model/chart.ts'

export interface Dot { readonly x: number; readonly y: number; readonly point: ChartPoint }

export interface Curve {
  /** Oldest first. */
  readonly dots: readonly Dot[]
  /** SVG path of the line. */
  readonly line: string
  readonly ticks: readonly { readonly y: number; readonly text: string }[]
  /** The band of what is usual, when there are bounds. */
  readonly band?: { readonly top: number; readonly height: number }
}

export interface Frame { readonly width: number; readonly height: number; readonly low?: string | undefined; readonly high?: string | undefined }

/** "<0.5" is drawn at 0.5; words have no place on a curve. */
export const toNumber = (value: string): number | undefined => {
  const found = /^[<>]?=?(-?\d+(?:\.\d+)?)$/.exec(value)?.[1]
  return found === undefined ? undefined : Number(found)
}

/** 1, 2 or 5 times a power of ten, so that about `wanted` steps fill the span. */
export const stepOf = (span: number, wanted: number): number => {
  const rough = span / wanted
  const power = 10 ** Math.floor(Math.log10(rough))
  return power * ([1, 2, 5].find((each) => each * power >= rough) ?? 10)
}

const TICKS = 4

export const toCurve = (points: readonly ChartPoint[], { width, height, low, high }: Frame): Curve => {
  const known = points.flatMap((point) => ((y) => (y === undefined || point.at === '' ? [] : [{ x: Date.parse(point.at), y, point }]))(toNumber(point.value))).sort((a, b) => a.x - b.x)
  const bounds = [low, high].flatMap((text) => (text === undefined ? [] : toNumber(text) ?? []))
  const values = [...known.map(({ y }) => y), ...bounds]
  if (known.length === 0) return { dots: [], line: '', ticks: [] }
  const [least, most] = [Math.min(...values), Math.max(...values)]
  const step = stepOf(most - least || Math.abs(most) || 1, TICKS)
  const [from, to] = [Math.floor(least / step) * step, Math.ceil(most / step) * step || step]
  const top = to === from ? from + step : to
  const [first = 0, last = 0] = [known[0]?.x, known.at(-1)?.x]
  const placeX = (x: number): number => (last === first ? width / 2 : ((x - first) / (last - first)) * width)
  const placeY = (y: number): number => height - ((y - from) / (top - from)) * height
  const dots = known.map(({ x, y, point }) => ({ x: placeX(x), y: placeY(y), point }))
  const decimals = Math.max(0, -Math.floor(Math.log10(step)))
  const ticks = Array.from({ length: Math.round((top - from) / step) + 1 }, (_, n) => from + n * step).map((value) => ({ y: placeY(value), text: value.toFixed(decimals).replace('.', ',') }))
  const [bandLow, bandHigh] = [toNumber(low ?? '') ?? from, toNumber(high ?? '') ?? top]
  return {
    dots, ticks, line: dots.map(({ x, y }, n) => `${n === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`).join(' '),
    ...(bounds.length > 0 && { band: { top: placeY(bandHigh), height: Math.max(0, placeY(bandLow) - placeY(bandHigh)) } }),
  }
}
