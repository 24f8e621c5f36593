/** Search rows made with digests that are kept from resource to resource are those made without, for every type; and only what changed is written. */
import { describe, expect, it } from 'vitest'
import { parseJsonObject } from '#api/model/json.ts'
import { buildPostings, type FixedDigests } from '#api/store/write/postings.ts'
import { valuesAt } from '#api/search/path.ts'
import { parametersOf, parametersWithin } from '#api/search/registry.ts'
import { diffRows, digestRows, NO_POSTINGS, NO_ROWS, rowsOf, type PostingSet } from '#api/store/write/posting-set.ts'
import { buildCorpus } from '#test/conformance/corpus.ts'

const context = { timeZone: 'Asia/Ho_Chi_Minh', bases: [] }

it('makes the same rows with and without kept digests, of every type, and keeps some for each parameter only', () => {
  const fixed: FixedDigests = new Map()
  const corpus = buildCorpus()
  for (const { resource, type, name } of corpus) expect(buildPostings(resource, type, { ...context, fixed }), name).toEqual(buildPostings(resource, type, context))
  const kept = [...fixed.values()].reduce((sum, own) => sum + own.size, 0)
  for (const { resource, type } of corpus) buildPostings(resource, type, { ...context, fixed })
  expect([...fixed.values()].reduce((sum, own) => sum + own.size, 0)).toBe(kept)
})

it('passes over those parameters only of which the resource has no value', () => {
  let skipped = 0
  for (const { resource, type, name } of buildCorpus()) {
    const within = parametersWithin(type, resource.names)
    expect(within.map(({ code }) => code)).toEqual(parametersOf(type).filter((parameter) => within.includes(parameter)).map(({ code }) => code))
    for (const parameter of parametersOf(type).filter(({ alias, code }) => !alias && !within.some((one) => one.code === code))) {
      skipped += 1
      expect(parameter.paths.flatMap((path) => valuesAt(resource, path)), `${name} ${parameter.code}`).toEqual([])
    }
  }
  expect(skipped).toBeGreaterThan(0)
})

it('keeps one row of a code whose system goes without saying, and three of one that names its system', () => {
  const tokens = (text: string): number => buildPostings(parseJsonObject(text), 'Observation', context).tokens.length
  expect([tokens('{"status":"final"}'), tokens('{"code":{"coding":[{"system":"urn:a","code":"b"}]}}')]).toEqual([1, 3])
})

describe('the difference of two sets of rows', () => {
  const set: PostingSet = { ...NO_POSTINGS, tokens: [1n, -2n], strings: [{ h: 3n, norm: 'an' }, { h: 3n, norm: 'an' }] }
  const rows = rowsOf(set)
  const keys = (found: readonly { readonly table: string; readonly h: bigint }[]): string[] => found.map(({ table, h }) => `${table} ${h}`)

  it('is all of it where nothing stood, each row once', () => {
    expect(keys(diffRows(NO_ROWS, rows).added)).toEqual(['posting 1', 'posting -2', 'pst_str 3'])
    expect(diffRows(rows, NO_ROWS)).toMatchObject({ added: [], gone: { length: 3 } })
  })
  it('holds what is new and what is gone, and with rows of earlier rules everything that is wanted', () => {
    const later = rowsOf({ ...set, tokens: [1n, 5n] })
    expect([keys(diffRows(rows, later).gone), keys(diffRows(rows, later).added)]).toEqual([['posting -2'], ['posting 5']])
    expect(keys(diffRows(rows, later, true).added)).toEqual(['posting 1', 'posting 5', 'pst_str 3'])
  })
  it('has a digest of its own for other rows, another date, other parameters', () => {
    const digests = [set, { ...set, tokens: [1n] }, { ...set, d: '2026-01-01T00:00:00.000Z' }, { ...set, present: [4] }].map((each) => digestRows(each, rowsOf(each)))
    expect(new Set(digests).size).toBe(4)
  })
})
