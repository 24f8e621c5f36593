/** Hostile searches: whatever is sent, the answer is a page or a refusal with a name, and nothing of it becomes SQL. */
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Outcome } from '#api/model/outcome.ts'
import type { ResourceStore, Write } from '#api/model/ports.ts'
import { parametersOf } from '#api/search/registry.ts'
import { RESOURCE_TYPES } from '#api/search/resource-types.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { doctor, json, openStore, patient, system } from './support.ts'

let site: TestDatabase
let store: ResourceStore
beforeAll(async () => {
  site = await testDatabase({ tenants: [900] })
  store = await openStore(site)
  await store.transact(system(), (tx) => tx.write([{ op: 'create', key: { type: 'Patient', id: 'p' }, resource: patient('p', '"name":[{"text":"Mẫu"}]') }]))
})
afterAll(() => site.close())

/** "page" or the code of the refusal; anything else is a defect and is thrown. */
const answer = async (type: string | undefined, parameters: readonly (readonly [string, string])[], strict = true, caller = doctor('a', ['d'])) => {
  try {
    const page = await store.search(caller, { ...(type !== undefined && { type }), parameters, strict })
    expect(page.matches.length).toBeLessThanOrEqual(1000)
    return 'page'
  } catch (error) {
    if (!(error instanceof Outcome)) throw error
    expect(error.detail.diagnostics ?? '').not.toContain('secret-value')
    return error.code
  }
}

const EVIL = ["'", "' or 1=1 --", "'; drop table resource; --", '$1', '\\', '\\\\', '%', '_', '\0', '\ud800', '\u{10ffff}', '\ufffe', ' ', '\t', '|', '||', '|||', ',', ',,', '$', '$$', '(', '{', '}', '{1,2}', 'NULL', 'null',
  'NaN', 'Infinity', '-infinity', '1e999', '-1e-999', '1e', '9'.repeat(400), '0x10', 'ge', 'gege2020', 'ge2020-02-30', '0000-00-00', '9999-12-31', '9999', 'ap0001', 'ap9999', '0001-01-01', '99999', '-2020', '2020-01-01T00:00:00+99:99', 'Patient/', '/p', 'Patient/p/_history/1',
  'Patient/../p', 'http://', 'urn:uuid:1', '#p', 'a'.repeat(5000), '𠮷'.repeat(300), '\r\nSet-Cookie: x', 'secret-value']

describe('values', () => {
  test.each(['name', 'name:exact', 'name:contains', 'identifier', 'identifier:of-type', 'identifier:not', 'gender', 'birthdate', '_lastUpdated', '_id', '_tag', '_profile', 'organization', 'organization.name', 'organization:identifier', '_has:Observation:patient:value-quantity',
    '_has:Observation:patient:code-value-quantity', '_has:Observation:patient:date', 'identifier:text', 'identifier:in', 'identifier:below', '_profile:below', '_profile:above', '_list', '_text', '_content', '_filter', '_count', '_sort', '_total', '_summary', '_include', '_revinclude', '_cursor', '_type', 'name:missing'])('of %s', async (name) => {
    for (const [at, value] of EVIL.entries()) {
      const found = await answer('Patient', [[name, value]])
      expect(['page', 'bad-parameter', 'unknown-parameter'], `${name}=${value}`).toContain(found)
      if (at % 3 !== 0) continue
      await answer('Patient', [[name, value]], false)
      await answer(undefined, [[name, value]])
    }
  })
  test('with every kind of parameter of every type', async () => {
    for (const type of RESOURCE_TYPES) {
      for (const { code, kind } of parametersOf(type).filter((_, at) => at % 7 === 0)) {
        const found = await answer(type, [[code, kind === 'composite' ? "'$'" : "'x\0"]], true, system())
        expect(['page', 'bad-parameter'], `${type}?${code}`).toContain(found)
      }
    }
  })
})

describe('so many values that they multiply', () => {
  const thousand = (of: (at: number) => string): string => Array.from({ length: 1000 }, (_, at) => of(at)).join(',')
  const hundred = (name: string, value: string): [string, string][] => Array.from({ length: 100 }, () => [name, value])
  // each of these once broke the connection: the protocol has no place for more than 65,535 values
  test.each<[string, string | undefined, readonly (readonly [string, string])[], string]>([
    ['texts in all types', undefined, [['_security:text', thousand(String)]], 'page'],
    ['tokens in all types', undefined, [['_security', thousand(String)]], 'too-costly'],
    ['some hundred sources in all types, each of which would be looked for beside every row', undefined, [['_source', Array.from({ length: 300 }, (_, at) => String(at)).join(',')]], 'too-costly'],
    ['a thousand tokens in one type', 'Observation', [['code', thousand(String)]], 'page'],
    ['a hundred lists of texts', 'Observation', hundred('code:text', thousand(String)), 'too-costly'],
    ['a hundred lists of numbers', 'Observation', hundred('value-quantity', thousand(String)), 'too-costly'],
    ['chains of lists of names', 'Observation', hundred('subject.name', thousand((at) => `n${at}`)), 'too-costly'],
    ['what any type may be, and further', 'List', [['item.subject.name', 'x']], 'too-costly'],
    ['the same by the type that it leads to', 'List', [['item:Observation.subject.name', 'x']], 'page'],
    ['a reverse chain of all types, each by the same links', undefined, [['_has:List:item:subject.name', 'x'], ['_has:List:item:encounter.subject.name', 'x']], 'page'],
    ['one list of dates', 'Observation', [['date', thousand((at) => `ap${2000 + at % 50}`)]], 'page'],
  ])('%s', async (_what, type, parameters, wanted) => {
    expect(await answer(type, parameters, true, system())).toBe(wanted)
    expect(await answer('Patient', [['name', 'mau']], true, system())).toBe('page')
  })
})

test('a resource with extreme values is stored and found', async () => {
  const dates = ['0001', '0001-01-01', '9999', '9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59-14:00', '0001-01-01T00:00:00+14:00']
  await store.transact(system(), (tx) => tx.write([
    ...dates.map((date, at): Write => ({ op: 'create', key: { type: 'Observation', id: `x${at}` }, resource: json(`{"resourceType":"Observation","effectiveDateTime":"${date}","valueQuantity":{"value":${['1e400', '-1e400', '1e-400', '0', '-0.0', '9'.repeat(300)][at]}}}`) })),
    { op: 'create', key: { type: 'Encounter', id: 'open' }, resource: json('{"resourceType":"Encounter","period":{"end":"9999"}}') },
    { op: 'create', key: { type: 'Encounter', id: 'wrong' }, resource: json('{"resourceType":"Encounter","period":{"start":"tomorrow","end":7},"subject":[[]],"class":null,"identifier":[{"value":"a\\u0000b"}]}') },
    { op: 'create', key: { type: 'Patient', id: 'odd' }, resource: json('{"resourceType":"Patient","name":[{"text":"\\u0000\\u0301"},{"family":{"x":1},"given":[7,null,"Ơ\\u0000i"]}],"birthDate":19900101}') },
  ]))
  const found = async (type: string, query: string) => (await store.search(system(), { type, parameters: [...new URLSearchParams(query)], strict: true })).matches.length
  expect(await found('Observation', 'date=ge0001')).toBe(6)
  expect(await found('Observation', 'date=gt9998')).toBe(3)
  expect(await found('Observation', 'value-quantity=gt0')).toBe(2)
  expect(await found('Encounter', 'date=ge2020')).toBe(1)
  expect(await found('Patient', 'given=oi')).toBe(0)
  expect(await found('Patient', 'given=o i')).toBe(1)
})

test('a reverse chain over several types finds each by its own type, not by an id that another has too', async () => {
  const types = ['Patient', 'Observation', 'Condition', 'Task']
  await store.transact(system(), (tx) => tx.write([
    ...types.map((type): Write => ({ op: 'create', key: { type, id: 'same' }, resource: json(`{"resourceType":"${type}"}`) })),
    { op: 'create', key: { type: 'List', id: 'two' }, resource: json('{"resourceType":"List","status":"current","entry":[{"item":{"reference":"Observation/same"}},{"item":{"reference":"Task/same"}}]}') },
    { op: 'create', key: { type: 'List', id: 'other' }, resource: json('{"resourceType":"List","status":"retired","entry":[{"item":{"reference":"Condition/same"}}]}') },
  ]))
  const found = async (...parameters: [string, string][]): Promise<string[]> => (await store.search(system(), { parameters: [['_type', types.join(',')], ['_id', 'same'], ...parameters], strict: true })).matches.map(({ type }) => type).toSorted()
  expect(await found(['_has:List:item:status', 'current'])).toEqual(['Observation', 'Task'])
  expect(await found(['_list', 'two,other'])).toEqual(['Condition', 'Observation', 'Task'])
  expect(await found(['_list', 'two'], ['_has:List:item:status', 'retired'])).toEqual([])
})

test('a body with NUL written as an escape is sorted and read for words', async () => {
  await store.transact(system(), (tx) => tx.write([
    { op: 'create', key: { type: 'Composition', id: 'nul' }, resource: json('{"resourceType":"Composition","title":"a\\u0000\\u0000b \\\\u0000 \\\\\\u0000 c","status":"final","text":{"div":"<div>đau \\u0000 bụng</div>"}}') },
  ]))
  for (const query of ['_text=bung', '_content=dau', '_sort=status', '_sort=-subject']) expect((await store.search(system(), { type: 'Composition', parameters: [...new URLSearchParams(query)], strict: true })).matches.map(({ id }) => id), query).toEqual(['nul'])
})

describe('names', () => {
  test.each(["name'", 'name;', 'name:', 'name::', 'name:exact:exact', 'name.', '.name', '__proto__', 'constructor', 'toString', '_has', '_has:', '_has:Observation', '_has:Observation:patient', '_has:Observation:patient:', '_has:Nothing:patient:code', '_has:Observation:code:code',
    'organization.organization', 'organization:Patient.name', 'organization:Nothing.name', 'name.name', '_filter', '_list:not', '_text:exact', 'near', 'combo-code', '', ' ', '\0', 'a'.repeat(10_000), '_include:iterate:iterate', 'name:below', 'identifier:in', 'birthdate:exact'])(
    '%j is refused by name', async (name) => {
      expect(['bad-parameter', 'unknown-parameter']).toContain(await answer('Patient', [[name, 'x']]))
    })
  test('a chain has a deepest step', async () => {
    expect(await answer('Organization', [['partof.partof.partof.partof.name', 'x']])).toBe('page')
    expect(await answer('Organization', [['partof.partof.partof.partof.partof.name', 'x']])).toBe('bad-parameter')
    expect(await answer('Patient', [[`${'_has:Observation:patient:'.repeat(1)}${'patient._has:Observation:patient:'.repeat(30)}code`, 'x']])).toBe('bad-parameter')
  })
  test('lenient: what is not understood is left out and said so', async () => {
    const page = await store.search(system(), { type: 'Patient', parameters: [['nothing', '1'], ['name', 'mau'], ['gender', '']], strict: false })
    expect(page.matches).toHaveLength(1)
    expect(page.understood).toEqual([['name', 'mau']])
  })
  test('strict: an unknown parameter and an empty one are named', async () => {
    await expect(store.search(system(), { type: 'Patient', parameters: [['nothing', '1']], strict: true })).rejects.toMatchObject({ code: 'unknown-parameter', detail: { expression: 'http.nothing' } })
    await expect(store.search(system(), { type: 'Patient', parameters: [['gender', '']], strict: true })).rejects.toMatchObject({ code: 'bad-parameter', detail: { expression: 'http.gender' } })
    await expect(store.search(system(), { type: 'Nothing', parameters: [], strict: true })).rejects.toMatchObject({ code: 'unknown-type' })
  })
})

describe('amounts', () => {
  test('1,000 values are one statement, 1,001 are refused', async () => {
    expect(await answer('Patient', [['identifier', Array.from({ length: 1000 }, (_, at) => at).join()]])).toBe('page')
    expect(await answer('Patient', [['identifier', Array.from({ length: 1001 }, (_, at) => at).join()]])).toBe('bad-parameter')
  })
  test('101 parameters are refused', async () => {
    expect(await answer('Patient', Array.from({ length: 101 }, () => ['name', 'x'] as const))).toBe('bad-request')
    expect(await answer('Patient', Array.from({ length: 100 }, () => ['name', 'x'] as const))).toBe('page')
  })
  test('_count is cut to 1,000', async () => expect(await answer('Patient', [['_count', '999999999']])).toBe('page'))
})

test('any name with any value gets an answer', async () => {
  const names = fc.oneof(fc.constantFrom(...parametersOf('Observation').map((each) => each.code), '_id', '_lastUpdated', '_sort', '_include', '_revinclude', '_has:Provenance:target:agent', '_filter', '_text', '_content', '_list'), fc.string())
  const modifiers = fc.constantFrom('', ':not', ':exact', ':contains', ':missing', ':Patient', ':identifier', ':iterate', ':text', ':in', ':above', ':below', ':of-type', '.name', ':Patient.name')
  const values = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(...EVIL), fc.stringMatching(/^(ge|lt|ap)?[0-9T:.,|$+\-]{0,25}$/))
  await fc.assert(fc.asyncProperty(names, modifiers, values, fc.boolean(), async (name, modifier, value, strict) => {
    await answer('Observation', [[name + modifier, value]], strict)
  }), { numRuns: 600 })
}, 120_000)

test('the tables are still there', async () => {
  expect(await answer('Patient', [['name', 'mau']])).toBe('page')
  expect((await store.search(system(), { type: 'Patient', parameters: [['name', 'mau']], strict: true })).matches).toHaveLength(1)
})
