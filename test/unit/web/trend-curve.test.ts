/** Where the points of a curve lie, and what its axis says. */
import { describe, expect, it } from 'vitest'
import type { ChartPoint } from '#api/model/chart.ts'
import { flagName, showRange, showValue } from '#web/features/chart/show-value.ts'
import { stepOf, toCurve, toNumber } from '#web/features/chart/trend-curve.ts'

const points = (...values: readonly (readonly [string, string])[]): ChartPoint[] => values.map(([at, value]) => ({ at, value }))
const FRAME = { width: 100, height: 100 }

describe('the curve of a value', () => {
  it('goes from the oldest to the newest, in the time between them', () => {
    const { dots, line } = toCurve(points(['2026-01-05', '9'], ['2026-01-02', '5'], ['2026-01-01', '1']), FRAME)
    expect(dots.map(({ x, point }) => [Math.round(x), point.value])).toEqual([[0, '1'], [25, '5'], [100, '9']])
    expect(line).toBe('M0.0 90.0 L25.0 50.0 L100.0 10.0')
  })

  it('has an axis of round numbers that holds every value and the bounds of what is usual', () => {
    const { ticks, band } = toCurve(points(['2026-01-01', '9.20'], ['2026-01-02', '5.10']), { ...FRAME, low: '3.90', high: '6.40' })
    expect(ticks.map(({ text }) => text)).toEqual(['2', '4', '6', '8', '10'])
    expect(band?.top).toBeCloseTo(45)
    expect(band?.height).toBeCloseTo(31.25)
    expect(toCurve(points(['2026-01-01', '0.05'], ['2026-01-02', '0.11']), FRAME).ticks.map(({ text }) => text)).toEqual(['0,04', '0,06', '0,08', '0,10', '0,12'])
  })

  it('draws one value, equal values, and leaves out words', () => {
    expect(toCurve(points(['2026-01-01', '7']), FRAME).dots).toMatchObject([{ x: 50 }])
    for (const { y } of toCurve(points(['2026-01-01', '7'], ['2026-01-02', '7']), FRAME).dots) expect(Number.isFinite(y)).toBe(true)
    expect(toCurve(points(['2026-01-01', '0'], ['2026-01-02', '0']), FRAME).dots.every(({ y }) => y >= 0 && y <= 100)).toBe(true)
    expect(toCurve(points(['2026-01-01', 'Âm tính']), FRAME)).toEqual({ dots: [], line: '', ticks: [] })
    expect(toNumber('<0.5')).toBe(0.5)
    expect([1, 3, 40, 0.3].map((span) => stepOf(span, 4))).toEqual([0.5, 1, 10, 0.1])
  })
})

describe('a value', () => {
  it('is shown with its digits and a decimal comma, words as they are', () => {
    expect(['37.0', '<0.50', '5', 'Âm tính 1.5'].map(showValue)).toEqual(['37,0', '<0,50', '5', 'Âm tính 1.5'])
    expect([{ low: '3.90', high: '6.40' }, { low: '1' }, { high: '5.2' }, {}].map(showRange)).toEqual(['3,90–6,40', '≥ 1', '≤ 5,2', ''])
  })

  it('says in a word what is unusual', () => {
    expect(['H', 'HH', 'L', 'LL', 'A', 'H>', undefined].map((flag) => flagName(flag === undefined ? {} : { flag }))).toEqual(['high', 'critical', 'low', 'critical', 'abnormal', 'high', undefined])
  })
})
