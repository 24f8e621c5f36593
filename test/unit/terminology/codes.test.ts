import type { CodeSystem, ValueSet } from '@medplum/fhirtypes'
import { describe, expect, it, vi } from 'vitest'
import { Outcome } from '#api/model/outcome.ts'
import type { TerminologyHead, TerminologySource } from '#api/model/ports.ts'
import { Bounded } from '#api/terminology/codes/bounded.ts'
import { choose, compareVersions, splitCanonical, type Description } from '#api/terminology/codes/description.ts'
import { compileRegex } from '#api/terminology/codes/linear-regex.ts'
import { createTerminologyService } from '#api/terminology/codes/service.ts'
import { buildSystemIndex, isBelow, walk } from '#api/terminology/codes/system-index.ts'

const matches = (pattern: string, text: string): boolean | undefined => compileRegex(pattern, { left: 1_000_000 })?.(text)

describe('regular expressions of value sets', () => {
  const PATTERNS = ['a', 'a*', 'a+b?', '(ab|cd)*', 'a{2}', 'a{2,}', 'a{1,3}b', '[a-c]+', '[^a-c]+', '\\d{2}\\.\\w+', '^a|b$', '(?:a|)b', 'a.c', '\\.', '[\\d\\-]+', '(a*)*', '(a|a)*b', '((a{1,2})b){2}', '[]a]+', 'đ[ễế]', '']
  const TEXTS = ['', 'a', 'aa', 'aaa', 'aaaa', 'ab', 'abcd', 'abb', 'b', 'aab', 'aaab', 'abc', 'a\nc', 'xyz', '12.ab', '12-34', '.', ']a', 'đế', 'abaab', 'cdab']
  it('agree with the engine of the language where it is understood', () => {
    const differ = PATTERNS.flatMap((pattern) => TEXTS.filter((text) => matches(pattern, text) !== new RegExp(`^(?:${pattern.replace('[]a]', '[\\]a]')})$`, 'u').test(text)).map((text) => [pattern, text]))
    expect(differ).toEqual([])
  })
  it.each(['(?=a)', 'a++', 'a*?', '\\b', '\\1', '(', ')', '[a', 'a{', '*a', 'a{3,2}', '(?<x>a)', '(((a{1,99}){1,99}){1,99})', 'a'.repeat(2000), '('.repeat(40) + 'a' + ')'.repeat(40)])('%s is not understood', (pattern) => {
    expect(compileRegex(pattern, { left: 1000 })).toBeUndefined()
  })
  it('take time by the length of the text, whatever the pattern', () => {
    const start = performance.now()
    expect(matches('(a+)+b', 'a'.repeat(1500))).toBe(false)
    expect(matches('(a|aa)+$', `${'a'.repeat(1500)}!`)).toBe(false)
    expect(performance.now() - start).toBeLessThan(2000)
    expect(() => compileRegex('(a|a|a|a)*', { left: 1000 })?.('a'.repeat(1500))).toThrow(Outcome)
  })
})

describe('versions', () => {
  const of = (version: string, more: Partial<Description> = {}): Description => ({ type: 'CodeSystem', id: version, url: 'u', status: 'active', version, ...more })
  it('count by their numbers', () => {
    expect(['1.10', '1.9', '2', '1.9.1', '2026-02', '2026-01'].toSorted(compareVersions)).toEqual(['1.9', '1.9.1', '1.10', '2', '2026-01', '2026-02'])
  })
  it('are chosen by what is asked, by their days, by status, and then the newest', () => {
    expect(choose([of('1'), of('2')], '2026-01-01', '1')?.version).toBe('1')
    expect(choose([of('1'), of('2')], '2026-01-01', '3')).toBeUndefined()
    expect(choose([of('1', { from: '2020-01-01' }), of('2', { from: '2030-01-01' })], '2026-01-01')?.version).toBe('1')
    expect(choose([of('1'), of('2', { status: 'draft' })], '2026-01-01')?.version).toBe('1')
    expect(choose([of('1.9'), of('1.10')], '2026-01-01')?.version).toBe('1.10')
  })
  it('stand behind a bar in a canonical', () => {
    expect([splitCanonical('http://a#x|1'), splitCanonical('http://a'), splitCanonical('http://a|')]).toEqual([{ url: 'http://a', version: '1' }, { url: 'http://a' }, { url: 'http://a' }])
  })
})

describe('what is remembered', () => {
  it('goes by weight, the longest unused first', () => {
    const held = new Bounded<string>(10)
    held.set('a', 'A', 4)
    held.set('b', 'B', 4)
    held.get('a')
    held.set('c', 'C', 4)
    expect([held.get('a'), held.get('b'), held.get('c')]).toEqual(['A', undefined, 'C'])
    held.set('d', 'D', 11)
    expect([held.get('d'), held.get('a')]).toEqual([undefined, 'A'])
  })
})

describe('a code system', () => {
  const system: CodeSystem = {
    resourceType: 'CodeSystem', status: 'active', content: 'complete', url: 'u', caseSensitive: false,
    concept: [{ code: 'A', concept: [{ code: 'B' }] }, { code: 'C', property: [{ code: 'parent', valueCode: 'B' }, { code: 'child', valueCode: 'A' }] }, { code: 'a', display: 'again' }],
  }
  it('may go in circles, and its codes differ by case only where it says so', () => {
    const index = buildSystemIndex(system)
    const [a, b, c] = ['a', 'B', 'c'].map((code) => index.find(code))
    if (!a || !b || !c) throw new Error('not found')
    expect(index.entries.map(({ code }) => code)).toEqual(['A', 'B', 'C'])
    expect([walk(a, 'children').map(({ code }) => code), walk(a, 'parents').map(({ code }) => code)]).toEqual([['A', 'B', 'C'], ['A', 'C', 'B']])
    expect([isBelow(c, a), isBelow(a, c), isBelow(a, a)]).toEqual([true, true, true])
  })
})

describe('the service', () => {
  const stored = new Map<string, { readonly head: TerminologyHead; readonly body: string }>()
  let reads = 0
  const source: TerminologySource = {
    heads: async () => [...stored.values()].map(({ head }) => head),
    bodies: async (heads) => heads.flatMap((head) => { reads += 1; const found = stored.get(head.id); return found ? [{ ...found.head, body: found.body }] : [] }),
  }
  const store = (resource: CodeSystem | ValueSet, version = 1): void => {
    const { resourceType, id = '' } = resource
    stored.set(id, { head: { type: resourceType, id, version }, body: JSON.stringify(resource) })
  }
  const service = createTerminologyService({ source, units: { isUnit: () => false, canonicalUnit: () => undefined }, clock: { now: () => new Date('2026-11-22T00:00:00Z') }, ids: { uuid: () => 'x' }, timeZone: 'Asia/Ho_Chi_Minh', standard: async () => [] })
  const system = (count: number, more: Partial<CodeSystem> = {}): CodeSystem =>
    ({ resourceType: 'CodeSystem', id: 'cs', url: 'http://cs', status: 'active', content: 'complete', concept: Array.from({ length: count }, (_, at) => ({ code: `c${at}` })), ...more })
  const codes = async (url: string): Promise<number | undefined> => (await service.codesIn(url))?.length

  it('reads a version once, and a new one when it is there', async () => {
    store(system(3))
    expect(await codes('http://cs?fhir_vs')).toBe(3)
    expect(await codes('http://cs?fhir_vs')).toBe(3)
    expect(reads).toBe(1)
    store(system(4), 2)
    expect(await codes('http://cs?fhir_vs')).toBe(4)
    expect(reads).toBe(2)
    expect(await service.codesIn('http://none')).toBeUndefined()
  })
  it('folds the names of 15,000 codes for the first search by words, and never again', async () => {
    const words = ['viêm', 'họng', 'cấp', 'mạn', 'đau', 'gan', 'thận', 'phổi', 'tim', 'mắt', 'tai', 'khớp']
    const concept = Array.from({ length: 15_000 }, (_, at) => ({ code: `L${String(at).padStart(5, '0')}`, display: [1, 12, 144, 1728].map((step) => words[Math.floor(at / step) % 12]).join(' ') }))
    stored.clear()
    store({ resourceType: 'CodeSystem', id: 'long', url: 'http://long', status: 'active', content: 'complete', concept })
    const normalize = vi.spyOn(String.prototype, 'normalize')
    const search = async (filter: string): Promise<(string | undefined)[]> => (await service.expand({ valueSet: { url: 'http://long?fhir_vs' }, filter, count: 3 })).expansion?.contains?.map(({ display }) => display) ?? []
    expect((await search('viem hong'))[0]).toMatch(/^viêm họng /)
    expect(normalize.mock.calls.length).toBeGreaterThan(10_000)
    normalize.mockClear()
    expect((await search('gan dau'))[0]).toMatch(/^gan đau /)
    expect((await search('L00100'))[0]).toBe(concept[100]?.display)
    expect(normalize.mock.calls.length).toBeLessThan(10)
    normalize.mockRestore()
    stored.clear()
  })
  it('refuses more codes than a search may ask for, by value set and by hierarchy', async () => {
    store(system(0, { concept: [{ code: 'top', concept: system(10_001).concept ?? [] }] }), 3)
    await expect(service.codesIn('http://cs?fhir_vs')).rejects.toMatchObject({ code: 'too-costly' })
    await expect(service.descendants('http://cs', 'top')).rejects.toMatchObject({ code: 'too-costly' })
    expect(await service.ancestors('http://cs', 'c5')).toEqual(['c5', 'top'].map((code) => ({ system: 'http://cs', code })))
    expect([await service.descendants('http://cs', 'none'), await service.descendants('http://none', 'a')]).toEqual([undefined, undefined])
  })
  it('names each of the next twice for twenty levels without being kept busy', async () => {
    store(system(2), 4)
    for (let level = 0; level < 20; level += 1) {
      const next = level === 19 ? [{ system: 'http://cs' }] : [{ valueSet: [`http://vs/${level + 1}`] }, { valueSet: [`http://vs/${level + 1}`] }]
      store({ resourceType: 'ValueSet', id: `vs${level}`, url: `http://vs/${level}`, status: 'active', compose: { include: next } })
    }
    const start = performance.now()
    await expect(service.codesIn('http://vs/0')).rejects.toMatchObject({ code: 'too-costly' })
    expect(performance.now() - start).toBeLessThan(2000)
    expect([await codes('http://vs/15'), await codes('ValueSet/vs15'), await codes('ValueSet/none')]).toEqual([2, 2, undefined])
  })
  it('bounds what filters cost', async () => {
    store(system(9_000, { property: [{ code: 'p', type: 'string' }] }), 5)
    const filter = [{ property: 'code', op: 'regex' as const, value: '(c|c|c|c|c|c|c|c)*x' }]
    store({ resourceType: 'ValueSet', id: 'many', url: 'http://vs/many', status: 'active', compose: { include: Array.from({ length: 900 }, () => ({ system: 'http://cs', filter })) } })
    const start = performance.now()
    await expect(service.codesIn('http://vs/many')).rejects.toMatchObject({ code: 'too-costly' })
    expect(performance.now() - start).toBeLessThan(4000)
  })
  it('cannot tell of a fragment what it does not have, nor of a set that refers to nothing', async () => {
    store(system(2, { content: 'fragment' }), 6)
    expect(await service.holds('http://cs?fhir_vs', [{ system: 'http://cs', code: 'c1' }])).toBe(true)
    expect(await service.holds('http://cs?fhir_vs', [{ system: 'http://cs', code: 'zz' }])).toBeUndefined()
    store({ resourceType: 'ValueSet', id: 'lost', url: 'http://vs/lost', status: 'active', compose: { include: [{ valueSet: ['http://nowhere'] }] } })
    expect(await service.holds('http://vs/lost', [{ code: 'a' }])).toBeUndefined()
    expect(await service.holds('http://nowhere', [{ code: 'a' }])).toBeUndefined()
  })
  it('nests circles and very deep trees without end in sight', async () => {
    const deep = Array.from({ length: 500 }, (_, at) => ({ code: `d${at}`, property: [{ code: 'parent', valueCode: `d${at + 1}` }] }))
    store(system(0, { concept: [...deep, { code: 'd500', property: [{ code: 'parent', valueCode: 'd0' }] }] }), 7)
    const { expansion } = await service.expand({ valueSet: { url: 'http://cs?fhir_vs' } })
    const count = (contains: NonNullable<typeof expansion>['contains'] = []): number => contains.reduce((sum, one) => sum + 1 + count(one.contains), 0)
    expect(count(expansion?.contains)).toBe(501)
  })
})
