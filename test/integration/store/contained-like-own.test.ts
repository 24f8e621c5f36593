/**
 * What stands inside of a resource is compared in JavaScript (api/search/holds.ts), what stands alone in SQL: the same invented resources are stored both ways, and many
 * invented questions must find the same of both.
 */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { testSite, type TestCaller, type TestSite } from '#test/support/app.ts'

const BASE = '/fhir/R4'
/** Beside every prefix of every date and number. */
const QUESTIONS = 60
let site: TestSite
let client: TestCaller

/** The same numbers in each run: a linear congruence (Numerical Recipes, 7.1). */
const random = (seed: number) => {
  let state = seed
  const below = (limit: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * limit)
  }
  return { below, pick: <T>(list: readonly T[]): T => list[below(list.length)] as T, maybe: <T>(value: () => T): T[] => (below(3) > 0 ? [value()] : []) }
}
type Random = ReturnType<typeof random>

const DATES = ['2025', '2026-01', '2026-01-31', '2026-02-01', '2026-02-01T00:00:00+07:00', '2026-01-31T17:00:00Z', '2026-02-28T23:59:59.999Z', '1900-01-01']
const NUMBERS = ['0', '5', '5.0', '5.5', '4.5', '4.95', '-5', '5e2', '0.005']
const UNITS = [['mg', 'mg'], ['g', 'g'], ['mmol/L', 'mmol/L'], [undefined, 'viên']] as const
const CODES = [['http://a.example/s', 'a'], ['http://a.example/s', 'b'], ['http://b.example/s', 'a'], [undefined, 'a'], ['http://a.example/s', 'c']] as const
const WORDS = ['Nguyễn', 'nguyen', 'Đỗ Văn', 'do', 'Thử', 'thu', 'Văn Thử', 'x-y', '100%', 'a_b', 'Ô', '"', '\\\\']

const coding = (r: Random): object => {
  const [system, code] = r.pick(CODES)
  return { ...(system !== undefined && { system }), code, display: r.pick(WORDS) }
}
const concept = (r: Random): object => ({ coding: Array.from({ length: 1 + r.below(2) }, () => coding(r)), ...Object.assign({}, ...r.maybe(() => ({ text: r.pick(WORDS) }))) as object })
const quantity = (r: Random): string => {
  const [code, unit] = r.pick(UNITS)
  return `{"value":${r.pick(NUMBERS)},"unit":"${unit}"${code === undefined ? '' : `,"system":"http://unitsofmeasure.org","code":"${code}"`}}`
}
const text = (value: unknown): string => JSON.stringify(value)

/** Members as JSON text, so that numbers keep the digits that they are written with. */
const observation = (r: Random): string => [
  '"status":"final"', `"code":${text(concept(r))}`, `"subject":{"reference":"Patient/${r.pick(['an', 'binh'])}"}`,
  ...r.maybe(() => r.below(2) > 0 ? `"effectiveDateTime":"${r.pick(DATES)}"` : `"effectivePeriod":{${r.pick([`"start":"${r.pick(DATES)}"`, `"end":"${r.pick(DATES)}"`, '"start":"2026-01-01","end":"2026-02-01"'])}}`),
  ...r.maybe(() => `"category":[${text(concept(r))}]`),
  ...r.maybe(() => r.pick([`"valueQuantity":${quantity(r)}`, `"valueString":${text(r.pick(WORDS))}`, `"valueCodeableConcept":${text(concept(r))}`])),
].join(',')
const person = (r: Random): string => [
  `"name":[{"family":${text(r.pick(WORDS))},"given":[${text(r.pick(WORDS))}]}]`, ...r.maybe(() => `"birthDate":"${r.pick(['1990', '1990-05', '1990-05-06'])}"`), ...r.maybe(() => `"gender":"${r.pick(['male', 'female'])}"`),
  ...r.maybe(() => `"identifier":[{"system":"http://a.example/id","value":"${r.pick(['1', '2'])}"}]`), ...r.maybe(() => '"deceasedBoolean":false'),
].join(',')

const PREFIXES = ['', 'eq', 'ne', 'gt', 'lt', 'ge', 'le', 'sa', 'eb', 'ap']
const word = (value: string): string => encodeURIComponent(value.replace(/[\\,|$]/g, '\\$&'))
const token = (r: Random): string => {
  const [system, code] = r.pick(CODES)
  return r.pick([code, `|${code}`, `${system ?? ''}|`, `${system ?? ''}|${code}`]).replace(/^\|$/, 'a')
}
/** Bounds are what goes wrong: each is asked for. */
const EACH = PREFIXES.flatMap((prefix) => [...DATES.map((date) => `date=${prefix}${encodeURIComponent(date)}`), ...NUMBERS.map((number) => `value-quantity=${prefix}${number}`)])
const amount = (r: Random): string => `${r.pick(PREFIXES)}${r.pick(NUMBERS)}${r.pick(['', '|http://unitsofmeasure.org|g', '|http://unitsofmeasure.org|mg', '||viên'])}`
const ofObservation = (r: Random): string => r.pick([
  () => `date=${r.pick(PREFIXES)}${encodeURIComponent(r.pick(DATES))}`, () => `date=${r.pick(PREFIXES)}${encodeURIComponent(r.pick(DATES))},${r.pick(PREFIXES)}${encodeURIComponent(r.pick(DATES))}`,
  () => `value-quantity=${encodeURIComponent(amount(r))}`, () => `value-quantity=${encodeURIComponent(`${amount(r)},${amount(r)}`)}`,
  () => `code${r.pick(['', ':not'])}=${encodeURIComponent(token(r))}`, () => `code=${encodeURIComponent(`${token(r)},${token(r)}`)}`, () => `code:text=${word(r.pick(WORDS))}`,
  () => `${r.pick(['date', 'category', 'value-quantity', 'value-string'])}:missing=${r.pick(['true', 'false'])}`, () => `value-string${r.pick(['', ':exact', ':contains'])}=${word(r.pick(WORDS))}`,
  () => `subject=${r.pick(['Patient/an', 'binh'])}`, () => `code-value-quantity=${encodeURIComponent(`${token(r)}$${amount(r)}`)}`, () => `value-concept=${encodeURIComponent(token(r))}`,
])()
const ofPerson = (r: Random): string => r.pick([
  () => `${r.pick(['name', 'family', 'given'])}${r.pick(['', ':exact', ':contains'])}=${word(r.pick(WORDS))}`, () => `name=${word(r.pick(WORDS))},${word(r.pick(WORDS))}`, () => `birthdate=${r.pick(PREFIXES)}${r.pick(['1990', '1990-05', '1990-05-06', '1991'])}`,
  () => `_filter=${encodeURIComponent(`${r.pick(['family', 'given'])} ${r.pick(['eq', 'co', 'sw', 'ew'])} "${r.pick(['nguyen', 'thu', 'n', 'o'])}"`)}`,
  () => `gender${r.pick(['', ':not'])}=${r.pick(['male', 'female'])}`, () => `identifier=${encodeURIComponent(r.pick(['1', 'http://a.example/id|2', '|1', 'http://a.example/id|']))}`, () => `birthdate:missing=${r.pick(['true', 'false'])}`, () => `deceased=${r.pick(['true', 'false'])}`,
])()

const TYPES = [
  { type: 'Observation', members: observation, question: ofObservation, each: EACH, count: 50, around: (id: string, inner: string) => `"resourceType":"DiagnosticReport","status":"final","code":{"text":"x"},"contained":[${inner}],"result":[{"reference":"#${id}"}]` },
  { type: 'Patient', members: person, question: ofPerson, each: [], count: 40, around: (id: string, inner: string) => `"resourceType":"Basic","code":{"text":"x"},"contained":[${inner}],"subject":{"reference":"#${id}"}` },
] as const

beforeAll(async () => {
  site = await testSite()
  client = await site.system()
  const entries: string[] = ['an', 'binh'].map((id) => `{"resource":{"resourceType":"Patient","id":"${id}"},"request":{"method":"PUT","url":"Patient/${id}"}}`)
  for (const { type, members, count, around } of TYPES) {
    const r = random(type.length)
    for (let at = 0; at < count; at += 1) {
      const id = `same-${type.toLowerCase()}-${at}`
      const inner = `{"resourceType":"${type}","id":"${id}",${members(r)}}`
      entries.push(`{"resource":${inner},"request":{"method":"PUT","url":"${type}/${id}"}}`, `{"resource":{${around(id, inner)}},"request":{"method":"POST","url":"${around(id, '').split('"')[3] ?? ''}"}}`)
    }
  }
  const answer = await client.post(BASE, `{"resourceType":"Bundle","type":"transaction","entry":[${entries.join(',')}]}`)
  expect(answer.status, answer.text.slice(0, 2000)).toBe(200)
})
afterAll(() => site.close())

/** Ids of the invented ones that were found; a refusal by its status. */
const found = async (path: string): Promise<readonly string[]> => {
  const answer = await client.get(`${BASE}/${path}&_count=500`)
  if (answer.status !== 200) return [String(answer.status)]
  const page = answer.json<{ entry?: { resource: { id: string } }[]; link: { relation: string }[] }>()
  expect(page.link.some(({ relation }) => relation === 'next')).toBe(false)
  return (page.entry ?? []).map(({ resource }) => resource.id).filter((id) => id.startsWith('same-')).toSorted()
}

test.each(TYPES)('what is contained is found as what stands alone: $type', async ({ type, question, each }) => {
  const r = random(type.length * 7)
  const differences: string[] = []
  let hits = 0
  const questions = [...each, ...Array.from({ length: QUESTIONS }, () => [question(r), ...(r.below(3) === 0 ? [question(r)] : [])].join('&'))]
  for (const asked of questions) {
    const [own, inside] = [await found(`${type}?${asked}`), await found(`${type}?${asked}&_contained=true&_containedType=contained`)]
    if (own.length > 0) hits += 1
    if (own.join() !== inside.join()) differences.push(`${decodeURIComponent(asked)}: alone ${own.join()}, contained ${inside.join()}`)
  }
  expect(differences).toEqual([])
  // questions that find nothing compare nothing
  expect(hits).toBeGreaterThan(questions.length / 3)
})
