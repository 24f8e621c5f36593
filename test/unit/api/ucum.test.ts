import { createRequire } from 'node:module'
import { describe, expect, it } from 'vitest'
import { canonicalUnit, isUnit } from '#api/search/ucum.ts'

const inBase = (value: number, code: string): [number, string] | undefined => {
  const unit = canonicalUnit(code)
  return unit && [Number((value * unit.factor + unit.offset).toPrecision(12)), unit.base]
}

describe('units on one scale', () => {
  it.each([
    [[90, 'mg/dL'], [0.9, 'g/L'], 'g.m-3'],
    [[90, 'mg/dL'], [0.9, 'kg/m3'], 'g.m-3'],
    [[5.5, 'mmol/L'], [5.5, 'mol/m3'], 'mol.m-3'],
    [[37, 'Cel'], [310.15, 'K'], 'K'],
    [[98.6, '[degF]'], [37, 'Cel'], 'K'],
    [[37000, 'mCel'], [37, 'Cel'], 'K'],
    [[120, 'mm[Hg]'], [15998.64, 'Pa'], 'g.m-1.s-2'],
    [[12, '%'], [0.12, '1'], '1'],
    [[7, '10*9/L'], [7e9, '/L'], 'm-3'],
    [[7, '10^9/L'], [7000, '{cells}/uL'], 'm-3'],
    [[72, '{beats}/min'], [72, '/min'], 's-1'],
    [[72, '/min{resp}'], [1.2, 'Hz'], 's-1'],
    [[60, 'U/L'], [1, 'umol/s/m3.1000'], 'mol.m-3.s-1'],
    [[4, 'm[IU]/L'], [4, 'u[iU]/mL'], '[iU].m-3'],
    [[2, "kg/(m.s2)"], [2, 'Pa'], 'g.m-1.s-2'],
    [[2, 'm/s/s'], [2, 'm/s2'], 'm.s-2'],
    [[3, 'mmol.2/L'], [6, 'mmol/L'], 'mol.m-3'],
    [[1, '/(m)'], [1, 'm-1'], 'm-1'],
    [[3, '[mesh_i]'], [3, '/[in_i]'], 'm-1'],
    [[3, '[degRe]'], [3.75, 'Cel'], 'K'],
    [[1, 'kg2'], [1e6, 'g2'], 'g2'],
  ] as [[number, string], [number, string], string][])('%j is %j', (one, other, base) => {
    expect(inBase(...one)?.[1]).toBe(base)
    expect(inBase(...one)).toEqual(inBase(...other))
  })

  it.each([['mol/L', '/L'], ['[iU]', '1'], ['[iU]', "[arb'U]"], ['eq/L', 'mol/L'], ['g', 'm'], ['rad', '1']])('keeps %s apart from %s', (one, other) => {
    expect(canonicalUnit(one)).toBeDefined()
    expect(canonicalUnit(one)?.base).not.toBe(canonicalUnit(other)?.base)
  })

  it.each(['[pH]', 'dB', 'B[SPL]', '%[slope]', 'Ym64'])('%s is a unit without a factor', (code) => {
    expect([isUnit(code), canonicalUnit(code)]).toEqual([true, undefined])
  })

  it.each([
    '', ' ', 'foo', 'MG/DL', 'mmHg', '°C', 'constructor', '__proto__', 'toString', 'm 2', 'mg ', ' mg', 'm^2', 'degF', '4mg', 'mg(dL)', '2.5m', '0', 'm/0', '-1', '1/', '//m', 'm//s', '(m', 'm)', '{', '}', '{a', 'mg{a b}', 'mg{á}',
    'Cel/min', 'Cel2', '2.Cel', 'm0', 'm999', 'kCFU', '[CFU', 'm[in_i]', 'm\n', '10*/', '.m', 'm.', `m${'.m'.repeat(70)}`, '('.repeat(60) + 'm', '('.repeat(9000) + 'm' + ')'.repeat(9000),
  ])('%j is no unit', (code) => {
    expect([isUnit(code), canonicalUnit(code)]).toEqual([false, undefined])
  })

  it('agrees with the reader of the package whose table it uses', () => {
    const { UcumLhcUtils, UnitTables }: { UcumLhcUtils: { getInstance(): { convertUnitTo(from: string, value: number, to: string): { status: string; toVal: number } } }; UnitTables: { getInstance(): { allUnitsByDef(): { csCode_: string }[] } } } = createRequire(import.meta.url)('@lhncbc/ucum-lhc')
    const theirs = UcumLhcUtils.getInstance()
    const codes = UnitTables.getInstance().allUnitsByDef().map((unit) => unit.csCode_.trim())
    expect(codes.length).toBeGreaterThan(700)
    expect(codes.filter((code) => !isUnit(code))).toEqual([])
    const differ = codes.flatMap((code) => {
      const own = canonicalUnit(code)
      // theirs: amounts of substance as plain numbers, arbitrary units refused; "per" units as what they are per; degrees Réaumur from a wrong zero
      if (!own || ['[degRe]', '[diop]', '[mesh_i]', 'Bd'].includes(code) || /\[(iU|IU|arb'U|CFU)\]|mol|eq|osm|kat|\bU\b/.test(code)) return []
      const { status, toVal } = theirs.convertUnitTo(code, 3, own.base)
      return status === 'succeeded' && (Math.abs(toVal / (3 * own.factor + own.offset) - 1) > 1e-9) ? [[code, own, toVal]] : []
    })
    expect(differ).toEqual([])
  })

  it('stays quick and small whatever is asked', () => {
    const start = performance.now()
    for (let at = 0; at < 20_000; at += 1) isUnit(`${at}.mg/dL`)
    expect(performance.now() - start).toBeLessThan(2000)
  })
})
