/** Whatever is sent, the answer is never a 5xx, and on FHIR routes every refusal is an OperationOutcome with a known code (http://hl7.org/fhir/R4/http.html#Status-Codes). */
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readXml } from '#api/fhir/xml/read.ts'
import { toPlain } from '#api/model/json.ts'
import { OUTCOMES } from '#api/model/outcome.ts'
import { testSite, type TestAnswer, type TestCaller, type TestSite } from '#test/support/app.ts'
import { generateBundle } from '#test/support/bundles.ts'
import { disturbed } from '#test/support/disturbed.ts'

let site: TestSite
let client: TestCaller
beforeAll(async () => {
  site = await testSite()
  client = await site.system()
  await client.put('/fhir/R4/Patient/known', { resourceType: 'Patient', id: 'known', birthDate: '1990-05-01' })
})
afterAll(() => site.close())

const RUNS = Number(process.env.EMR_FUZZ_RUNS ?? '250')
const METHODS = ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD'] as const

const segment = fc.oneof(
  fc.constantFrom('Patient', 'Observation', 'AuditEvent', 'known', '_history', '_search', '1', 'metadata', '$validate', '$everything', '$lastn', '$stats', '$meta', '$meta-add', '$diff', '$docref', '$document', '$match', '$summary', '$merge', '$unmerge', 'Foo', '..', '%00', '%2e%2e', '%', 'ă'), fc.string({ unit: 'binary', maxLength: 20 }).map(encode),
)
const parameter = fc.tuple(
  fc.constantFrom('_id', 'name', 'name:exact', 'birthdate', 'identifier', 'subject', 'subject:Patient.name', '_has:Observation:patient:code', '_include', '_revinclude:iterate', '_sort', '_count', '_total', '_summary', '_elements', '_cursor', '_format', 'value-quantity', '_lastUpdated', 'x', 'start', 'end', '_since', '_type', 'patient', 'code', 'max', 'statistic', 'system', 'duration', 'from', 'to', 'fromVersion'),
  fc.oneof(fc.constantFrom('', '|', 'a|b', 'ge2026', '2026-13-45', 'Patient/known', 'Patient:general-practitioner', '-_lastUpdated', '999999999999', '-1', '5.4|http://unitsofmeasure.org|mg', '\\', ',', '$', 'W/"1"', 'accurate'), fc.string({ unit: 'binary', maxLength: 30 })),
)
const headers = fc.dictionary(fc.constantFrom('if-match', 'if-none-match', 'if-none-exist', 'prefer', 'accept', 'content-type', 'host', 'authorization-x'), fc.oneof(fc.constantFrom('W/"1"', '*', '"', 'return=minimal', 'application/xml', 'identifier=a|b', 'x=%', 'handling=lenient'), fc.string({ maxLength: 20 })), { maxKeys: 3 })
const json = fc.oneof(fc.jsonValue().map((value) => JSON.stringify(value)), fc.string({ unit: 'binary', maxLength: 200 }), fc.constant(''))

function encode(text: string): string {
  try {
    return encodeURIComponent(text)
  } catch {
    return '%ff'
  }
}

interface Damage { readonly at: number; readonly length: number; readonly piece: string }

/** One piece cut out, doubled or replaced; `at` is a share of the text's length. */
const damage: fc.Arbitrary<Damage> = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }), length: fc.nat(40),
  piece: fc.constantFrom('', '"', '{', '[', ']', '}', ',', ':', 'null', '1e999', String.raw`\u0000`, '-', '"reference":"Patient/x"', '\u{1F600}', '__proto__'),
})
const damaged = (text: string, { at, length, piece }: Damage): string => {
  const place = Math.floor(at * text.length)
  return text.slice(0, place) + piece + text.slice(place + length)
}

interface Parsed { resourceType?: string; issue?: { details: { coding: { code: string }[] } }[] }
const outcomeOf = (answer: TestAnswer): Parsed =>
  (String(answer.headers['content-type']).includes('xml') ? toPlain(readXml(answer.text)) as Parsed : answer.json<Parsed>())

const judge = async (method: (typeof METHODS)[number], url: string, request: { headers?: Record<string, string>; body?: string }): Promise<void> => {
  const answer = await client.call(method, url, request)
  const shown = `${method} ${url} ${JSON.stringify(request).slice(0, 300)} -> ${answer.status} ${answer.text.slice(0, 500)}`
  expect(answer.status, shown).toBeLessThan(500)
  // What walks out of the base with ".." is no FHIR address any more.
  if (answer.status < 400 || method === 'HEAD' || !new URL(url, 'http://emr.example').pathname.startsWith('/fhir')) return
  const parsed = outcomeOf(answer)
  expect(parsed.resourceType, shown).toBe('OperationOutcome')
  for (const issue of parsed.issue ?? []) expect(Object.keys(OUTCOMES), shown).toContain(issue.details.coding[0]?.code)
}

const R4 = 'http://hl7.org/fhir/StructureDefinition'
const PROFILE = {
  resourceType: 'StructureDefinition', id: 'fuzzed', url: 'http://a.example/fuzzed', name: 'F', status: 'active', kind: 'resource', abstract: false, type: 'Observation', baseDefinition: `${R4}/Observation`, derivation: 'constraint',
  differential: { element: [
    { id: 'Observation.component', path: 'Observation.component', slicing: { discriminator: [{ type: 'pattern', path: 'code' }], rules: 'closed', ordered: true } },
    { id: 'Observation.component:a', path: 'Observation.component', sliceName: 'a', max: '1', constraint: [{ key: 'a-1', severity: 'error', human: 'x', expression: "value.exists() or code.text.matches('^a+$')" }] },
    { id: 'Observation.component:a.code', path: 'Observation.component.code', patternCodeableConcept: { text: 'a' } },
    { id: 'Observation.value[x]', path: 'Observation.value[x]', type: [{ code: 'Quantity', profile: [`${R4}/SimpleQuantity`] }], minValueQuantity: { value: 1 } },
    { id: 'Observation.subject', path: 'Observation.subject', type: [{ code: 'Reference', targetProfile: [`${R4}/Patient`, 'http://a.example/fuzzed'] }] },
  ] },
}
const OBSERVATION = {
  resourceType: 'Observation', status: 'final', code: { text: 'x' }, contained: [{ resourceType: 'Patient', id: 'p' }], subject: { reference: '#p' }, valueQuantity: { value: 2 },
  component: [{ code: { text: 'a' }, valueString: 'x' }, { code: { text: 'b' } }], extension: [{ url: 'http://a.example/e', valueString: 'x' }],
}

const disturbance = fc.tuple(fc.array(fc.nat(40), { minLength: 1, maxLength: 6 }), fc.oneof(fc.constantFrom<unknown>('', '*', '0', 'Observation', 'Observation.component:a/b', '$this', 'resolve()', 'type', [], {}, null, -1, 'a'.repeat(5000)), fc.jsonValue({ maxDepth: 2 })))

describe('no input makes a server error', () => {
  it('in any address, with any headers and any body', async () => {
    await fc.assert(fc.asyncProperty(fc.constantFrom(...METHODS), fc.array(segment, { maxLength: 5 }), fc.array(parameter, { maxLength: 3 }), headers, json, async (method, path, query, given, body) => {
      const search = query.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&')
      const safe = Object.fromEntries(Object.entries(given).map(([name, value]) => [name, value.replaceAll(/[^\x20-\x7e]/g, '?')]))
      await judge(method, `/fhir/R4/${path.join('/')}${search === '' ? '' : `?${search}`}`, { headers: safe, ...(method === 'GET' || method === 'HEAD' ? {} : { body }) })
    }), { numRuns: RUNS })
  })
  it('in a damaged resource or transaction', async () => {
    const bundle = generateBundle(3, { entries: 12 }).text
    const patient = '{"resourceType":"Patient","id":"known","meta":{"profile":["http://a.example"]},"name":[{"text":"Mẫu","family":"Nguyễn"}],"birthDate":"1990-05-01","multipleBirthInteger":2,"contained":[{"resourceType":"Organization","id":"o"}],"managingOrganization":{"reference":"#o"}}'
    await fc.assert(fc.asyncProperty(fc.boolean(), damage, (asBundle, change) =>
      asBundle ? judge('POST', '/fhir/R4', { body: damaged(bundle, change) }) : judge('PUT', '/fhir/R4/Patient/known', { body: damaged(patient, change) })), { numRuns: RUNS })
  })
  it('in a disturbed profile, and what is held against it', async () => {
    await fc.assert(fc.asyncProperty(disturbance, disturbance, fc.boolean(), async ([places, value], [others, other], wild) => {
      await judge('PUT', '/fhir/R4/StructureDefinition/fuzzed', { body: JSON.stringify({ ...Object(disturbed(PROFILE, places, value)), resourceType: 'StructureDefinition', id: 'fuzzed' }) })
      await judge('POST', '/fhir/R4/Observation/$validate?profile=http://a.example/fuzzed', { body: JSON.stringify(wild ? disturbed(OBSERVATION, others, other) : OBSERVATION) })
    }), { numRuns: Math.ceil(RUNS / 4) })
  })
})
