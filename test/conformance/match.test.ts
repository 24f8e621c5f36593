/** $match: who of the patients a described person may be. http://hl7.org/fhir/R4/patient-operation-match.html */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { SID } from '#api/model/systems.ts'
import { testSite, type TestAnswer, type TestCaller, type TestSite } from '#test/support/app.ts'
import { DESCRIBED, PEOPLE } from './match-people.ts'

interface Entry { readonly fullUrl: string; readonly resource: { readonly id: string; readonly resourceType: string }; readonly search: { readonly mode: string; readonly score: number; readonly extension: { readonly url: string; readonly valueCode: string }[] } }

let site: TestSite
let client: TestCaller
const URL = '/fhir/R4/Patient/$match'

beforeAll(async () => {
  site = await testSite()
  client = await site.system()
  const entry = PEOPLE.map((resource) => ({ resource, request: { method: 'PUT', url: `Patient/${(resource as { id: string }).id}` } }))
  const answer = await client.post('/fhir/R4', { resourceType: 'Bundle', type: 'transaction', entry })
  expect(answer.status, answer.text).toBe(200)
})
afterAll(() => site.close())

const parameters = (resource: object, more: object[] = []): object => ({ resourceType: 'Parameters', parameter: [{ name: 'resource', resource }, ...more] })
const entriesOf = (answer: TestAnswer): Entry[] => {
  expect(answer.status, answer.text).toBe(200)
  return answer.json<{ entry?: Entry[] }>().entry ?? []
}
const match = async (resource: object, more: object[] = [], caller = client): Promise<Entry[]> => entriesOf(await caller.post(URL, parameters(resource, more)))
const gradeOf = (entry: Entry | undefined): string | undefined => entry?.search.extension[0]?.valueCode
const codeIn = (answer: TestAnswer): string | undefined => answer.json<{ issue: { details: { coding: { code: string }[] } }[] }>().issue[0]?.details.coding[0]?.code
const an = { resourceType: 'Patient', name: [{ text: 'Nguyễn Văn An' }], gender: 'male' }

describe('a described person', () => {
  it('is found among the labelled pairs, and nobody is taken for another', async () => {
    const found = await Promise.all(DESCRIBED.map(async (described) => ({ ...described, matches: await match(described.patient) })))
    const told = found.map(({ says, is, matches: [first] }) => ({ says, is, first: first?.resource.id, grade: gradeOf(first), sure: gradeOf(first) === 'certain' || gradeOf(first) === 'probable' }))
    const right = told.filter(({ is, first, sure }) => sure && first === is).length, sure = told.filter((each) => each.sure).length, real = told.filter(({ is }) => is !== undefined).length
    expect({ precision: right / sure, recall: right / real }, JSON.stringify(told.filter(({ is, first, sure }) => sure ? first !== is : is !== undefined))).toEqual({ precision: 1, recall: expect.toSatisfy((recall: number) => recall >= 0.9) })
    // who is not sure is still shown as possible
    expect(found.filter(({ is, matches }) => is !== undefined && !matches.some(({ resource }) => resource.id === is)).map(({ says }) => says)).toEqual([])
  })
  it('is answered as a searchset with score and grade, the likeliest first', async () => {
    const answer = await client.post(URL, parameters({ ...an, birthDate: '1980-03-05' }))
    const bundle = answer.json<{ type: string; total: number; entry: Entry[] }>()
    expect([bundle.type, bundle.total]).toEqual(['searchset', bundle.entry.length])
    expect(bundle.entry[0]).toMatchObject({ fullUrl: expect.stringMatching(/\/fhir\/R4\/Patient\/an-1$/), search: { mode: 'match', extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/match-grade', valueCode: 'probable' }] } })
    const scores = bundle.entry.map(({ search }) => search.score)
    expect(scores).toEqual(scores.toSorted((a, b) => b - a))
    for (const score of scores) expect(score > 0 && score <= 1).toBe(true)
  })
  it('is certain by a number of their own, unless what else is known speaks against it', async () => {
    const card = { identifier: [{ system: SID.citizen, value: '001080000001' }] }
    expect(gradeOf((await match({ ...an, ...card, birthDate: '1980-03-05' }))[0])).toBe('certain')
    const lent = await match({ ...an, ...card, name: [{ text: 'Phan Đình Phùng' }], birthDate: '1950-05-05' })
    expect(lent.map((entry) => [entry.resource.id, gradeOf(entry)])).toEqual([['an-1', 'possible']])
  })
  it('is the one who is certain, or nobody, when only certain matches are asked for', async () => {
    const only = [{ name: 'onlyCertainMatches', valueBoolean: true }]
    expect((await match({ ...an, identifier: [{ system: SID.patient, value: 'BN-0001' }] }, only)).map(({ resource }) => resource.id)).toEqual(['an-1'])
    expect(await match({ ...an, birthDate: '1980-03-05' }, only)).toEqual([])
    expect(await match({ resourceType: 'Patient', identifier: [{ system: SID.patient, value: 'BN-0001' }, { system: SID.military, value: '99001234' }] }, only)).toEqual([])
  })
  it('is answered at most count times, and may be sent as the whole body', async () => {
    expect((await match(an, [{ name: 'count', valueInteger: 1 }]))).toHaveLength(1)
    expect(entriesOf(await client.post(`${URL}?count=2`, an))).toHaveLength(2)
  })
})

describe('a search for a person', () => {
  it.each([
    ['no patient', { resourceType: 'Parameters' }, 'bad-parameter'], ['nothing to find one by', parameters({ resourceType: 'Patient', gender: 'male', birthDate: '1980' }), 'bad-parameter'],
    ['another type', parameters({ resourceType: 'Person' }), 'bad-parameter'], ['what is no patient of R4', parameters({ resourceType: 'Patient', gender: 'x' }), 'invalid-resource'],
    ['a parameter that it does not know', parameters(an, [{ name: 'threshold', valueDecimal: 1 }]), 'unknown-parameter'],
  ])('is refused with %s', async (_, body, code) => expect(codeIn(await client.post(URL, body))).toBe(code))
  it('is for those who may search patients, and on record without what was asked', async () => {
    expect((await (await site.system(['system/Observation.cruds'])).post(URL, parameters(an))).status).toBe(403)
    const desk = await site.person({ grants: [{ role: 'reception', department: null }] })
    expect((await match({ ...an, birthDate: '1980-03-05' }, [], desk))[0]?.resource.id).toBe('an-1')
    const [row] = await site.parts.audit.find({ account: desk.account, count: 1 })
    expect(row).toMatchObject({ interaction: 'search-type', type: 'Patient', detail: expect.stringMatching(/^\$match \(\d+\)$/) })
  })
  it('says so when more fit than are looked at', async () => {
    const many = Array.from({ length: 201 }, (_, at) => ({ resource: { resourceType: 'Patient', name: [{ text: `Tôn Nữ Kim Phụng ${at}` }] }, request: { method: 'POST', url: 'Patient' } }))
    expect((await client.post('/fhir/R4', { resourceType: 'Bundle', type: 'transaction', entry: many })).status).toBe(200)
    const entries = await match({ resourceType: 'Patient', name: [{ text: 'Tôn Nữ Kim Phụng' }] }, [{ name: 'count', valueInteger: 5 }])
    expect(entries.at(-1)).toMatchObject({ search: { mode: 'outcome' }, resource: { resourceType: 'OperationOutcome' } })
    expect(JSON.stringify(await match({ ...an, birthDate: '1980-03-05' }))).not.toContain('OperationOutcome')
  })
})
