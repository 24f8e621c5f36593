/** $everything of a patient, of an encounter, of everybody. http://hl7.org/fhir/R4/patient-operation-everything.html, http://hl7.org/fhir/R4/encounter-operation-everything.html */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { testSite, type TestAnswer, type TestCaller, type TestSite } from '#test/support/app.ts'

interface Page { total?: number; entry?: { fullUrl: string; resource: { resourceType: string; id: string }; search: { mode: string } }[]; link: { relation: string; url: string }[] }

let site: TestSite
let client: TestCaller
let doctor: TestCaller & { readonly account: string }
const BASE = '/fhir/R4'
const to = (reference: string): { reference: string } => ({ reference })
const AMB = { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB' }

/** The digits of the value are part of it. */
const VALUE = '37.10'
const observation = (id: string, patient: string, day: string, more: object): object =>
  ({ resourceType: 'Observation', id, status: 'final', code: { text: 'Nhiệt độ' }, subject: to(`Patient/${patient}`), effectiveDateTime: day, ...more })

const RECORD: readonly object[] = [
  { resourceType: 'Organization', id: 'khoa', name: 'Khoa Mẫu' },
  { resourceType: 'Practitioner', id: 'bac-si', name: [{ text: 'Nguyễn Văn Mẫu' }] },
  { resourceType: 'Practitioner', id: 'ngoai', name: [{ text: 'Không ai nhắc tới' }] },
  { resourceType: 'Medication', id: 'thuoc', code: { text: 'Thuốc mẫu' } },
  { resourceType: 'Patient', id: 'an', managingOrganization: to('Organization/khoa') },
  { resourceType: 'Patient', id: 'binh' },
  { resourceType: 'Encounter', id: 'e-an', status: 'finished', class: AMB, subject: to('Patient/an'), period: { start: '2026-03-01', end: '2026-03-20' }, participant: [{ individual: to('Practitioner/bac-si') }] },
  { resourceType: 'Condition', id: 'c-an', subject: to('Patient/an'), encounter: to('Encounter/e-an'), recordedDate: '2026-03-02', code: { text: 'Sốt, "reference":"Practitioner/ngoai"' } },
  observation('o-an-1', 'an', '2026-03-02', { encounter: to('Encounter/e-an'), performer: [to('Practitioner/bac-si')], valueQuantity: { value: 1, unit: 'Cel' } }),
  observation('o-an-2', 'an', '2026-05-02', {}),
  { resourceType: 'MedicationRequest', id: 'm-an', status: 'active', intent: 'order', subject: to('Patient/an'), authoredOn: '2026-05-02', medicationReference: to('Medication/thuoc') },
  { resourceType: 'Flag', id: 'f-an', status: 'active', subject: to('Patient/an'), code: { text: 'Chú ý' } },
  { resourceType: 'Device', id: 'd-an', patient: to('Patient/an') },
  observation('o-binh', 'binh', '2026-03-02', { performer: [to('Patient/an')] }),
  observation('o-binh-2', 'binh', '2026-03-03', {}),
  { resourceType: 'Group', id: 'g', type: 'person', actual: true, member: [{ entity: to('Patient/binh') }, { entity: to('Patient/an') }] },
]
const put = async (resource: object): Promise<void> => {
  const { resourceType, id } = resource as { resourceType: string; id: string }
  const answer = await client.call('PUT', `${BASE}/${resourceType}/${id}`, { body: JSON.stringify(resource).replace('"value":1,', `"value":${VALUE},`) })
  expect(answer.status, answer.text).toBe(201)
}

beforeAll(async () => {
  site = await testSite()
  client = await site.system()
  for (const resource of RECORD) await put(resource)
  doctor = await site.person({ grants: [{ role: 'doctor', department: 'khoa' }] })
})
afterAll(() => site.close())

const names = (answer: TestAnswer, mode?: string): string[] => {
  expect(answer.status, answer.text).toBe(200)
  return (answer.json<Page>().entry ?? []).filter(({ search }) => (mode ?? search.mode) === search.mode).map(({ resource }) => `${resource.resourceType}/${resource.id}`)
}
const codeOf = (answer: TestAnswer): [number, string] => [answer.status, /"code":"([a-z-]+)","display"|"coding":\[\{[^}]*"code":"([a-z-]+)"/.exec(answer.text)?.slice(1).find((each) => each) ?? '']
const OWN = ['Condition/c-an', 'Device/d-an', 'Encounter/e-an', 'Flag/f-an', 'MedicationRequest/m-an', 'Observation/o-an-1', 'Observation/o-an-2', 'Patient/an']
const ELSEWHERE = ['Group/g', 'Observation/o-binh']

describe('everything of a patient', () => {
  it('is the patient first, what stands in the compartment, and what that refers to outside of it', async () => {
    const answer = await client.get(`${BASE}/Patient/an/$everything`)
    expect(names(answer)[0]).toBe('Patient/an')
    expect(names(answer, 'match').toSorted()).toEqual([...OWN, ...ELSEWHERE].toSorted())
    expect(names(answer, 'include').toSorted()).toEqual(['Medication/thuoc', 'Organization/khoa', 'Practitioner/bac-si'])
    expect(answer.text).toContain(`"value":${VALUE}`)
    const page = answer.json<Page>()
    expect([page.total, page.link.map(({ relation }) => relation)]).toEqual([OWN.length + ELSEWHERE.length, ['self']])
    expect(new Set(page.entry?.map(({ fullUrl }) => fullUrl)).size).toBe(page.entry?.length)
  })
  it('is asked for by GET, HEAD and POST alike, in XML too', async () => {
    const got = names(await client.get(`${BASE}/Patient/an/$everything?_type=Observation,Flag&start=2026-05-01`))
    const sent = await client.post(`${BASE}/Patient/an/$everything`, { resourceType: 'Parameters', parameter: [{ name: '_type', valueCode: 'Observation' }, { name: '_type', valueCode: 'Flag' }, { name: 'start', valueDate: '2026-05-01' }] })
    expect([got, names(sent)]).toEqual([['Flag/f-an', 'Observation/o-an-2'], got])
    const head = await client.call('HEAD', `${BASE}/Patient/an/$everything`)
    expect([head.status, head.text]).toEqual([200, ''])
    const xml = await client.get(`${BASE}/Patient/an/$everything?_format=xml`)
    expect([xml.status, xml.text.includes(`<value value="${VALUE}"/>`)]).toEqual([200, true])
  })
  it('is bounded by dates of care: what was going on counts, and what has no date', async () => {
    const between = async (query: string): Promise<string[]> => names(await client.get(`${BASE}/Patient/an/$everything?${query}&_type=Encounter,Observation,Condition,MedicationRequest,Flag`)).toSorted()
    expect(await between('start=2026-03-10&end=2026-04-01')).toEqual(['Encounter/e-an', 'Flag/f-an'])
    expect(await between('end=2026-03-02')).toEqual(['Condition/c-an', 'Encounter/e-an', 'Flag/f-an', 'Observation/o-an-1', 'Observation/o-binh'])
    expect(await between('start=2026-05')).toEqual(['Flag/f-an', 'MedicationRequest/m-an', 'Observation/o-an-2'])
  })
  it('is bounded by _since and _type, what is referred to by _type alone', async () => {
    const mark = new Date(Date.now() + 3_600_000).toISOString()
    expect(names(await client.get(`${BASE}/Patient/an/$everything?_since=${mark}`))).toEqual([])
    expect(names(await client.get(`${BASE}/Patient/an/$everything?_since=2020-01-01T00:00:00%2B07:00&_type=Patient,Practitioner&_type=Observation`)).toSorted())
      .toEqual(['Observation/o-an-1', 'Observation/o-an-2', 'Observation/o-binh', 'Patient/an', 'Practitioner/bac-si'])
  })
  it('comes page by page: each of its resources once, none that came in between, and a link is good for that record alone', async () => {
    const seen: string[] = []
    let url: string | undefined = `${BASE}/Patient/an/$everything?_count=3&_type=${['Patient', 'Observation', 'Flag', 'Encounter', 'Condition', 'MedicationRequest'].join(',')}`
    let pages = 0
    for (; url !== undefined; pages += 1) {
      const answer: TestAnswer = await client.get(url)
      seen.push(...names(answer, 'match'))
      if (pages === 0) await put({ resourceType: 'Observation', id: 'late', status: 'final', code: { text: 'x' }, subject: to('Patient/an') })
      const next = answer.json<Page>().link.find(({ relation }) => relation === 'next')?.url
      url = next === undefined ? undefined : next.slice(next.indexOf(BASE))
      if (url !== undefined && pages === 0) {
        expect(codeOf(await client.get(url.replace('/an/', '/binh/')))).toEqual([400, 'bad-parameter'])
        expect(codeOf(await client.get(url.replace('Flag', 'List')))).toEqual([400, 'bad-parameter'])
        expect(codeOf(await client.get(`${url}AA`))).toEqual([400, 'bad-parameter'])
        expect((await client.get(url.replace('_count=3', '_count=5'))).status).toBe(200)
      }
    }
    expect(pages).toBeGreaterThanOrEqual(3)
    expect(seen.toSorted()).toEqual([...OWN.filter((each) => !each.startsWith('Device')), 'Observation/o-binh'].toSorted())
    const one = await client.get(`${BASE}/Patient/an/$everything?_count=1`)
    expect([names(one, 'match'), one.json<Page>().total]).toEqual([['Patient/an'], undefined])
    await client.delete(`${BASE}/Observation/late`)
  })
  it('refuses what it does not know, and answers for nobody as a read does', async () => {
    for (const query of ['name=x', '_count=0', '_count=x', '_type=Nothing', 'start=gestern', '_since=2026-13-01', '_cursor=x']) expect([query, (await client.get(`${BASE}/Patient/an/$everything?${query}`)).status]).toEqual([query, 400])
    expect((await client.get(`${BASE}/Patient/nobody/$everything`)).status).toBe(404)
    expect((await client.get(`${BASE}/Organization/khoa/$everything`)).status).toBe(404)
    await put({ resourceType: 'Patient', id: 'gone' })
    await client.delete(`${BASE}/Patient/gone`)
    expect((await client.get(`${BASE}/Patient/gone/$everything`)).status).toBe(410)
  })
  it('is on record with the patient before it is answered', async () => {
    await client.get(`${BASE}/Patient/binh/$everything`)
    const [row] = await site.parts.audit.find({ interaction: 'read', patient: 'binh', count: 1 })
    expect(row).toMatchObject({ type: 'Patient', resourceId: 'binh', detail: '$everything', outcome: 'success' })
    await client.get(`${BASE}/Patient/an/$everything?_type=Observation`)
    const [other] = await site.parts.audit.find({ interaction: 'read', patient: 'binh', count: 1 })
    expect(other).toMatchObject({ type: 'Observation', resourceId: 'o-binh', detail: '$everything' })
  })
})

describe('everything, to a person', () => {
  it('is refused without a care relation, and shows with one what searches show', async () => {
    const before = await doctor.get(`${BASE}/Patient/an/$everything`)
    expect(codeOf(before)).toEqual([403, 'break-glass-needed'])
    const [row] = await site.parts.audit.find({ patient: 'an', account: doctor.account, count: 1 })
    expect(row).toMatchObject({ outcome: 'refused', detail: 'break-glass-needed' })
    await site.parts.store.transact(site.internal, (tx) => tx.relate({ patient: 'an', department: 'khoa', account: null, kind: 'encounter', until: new Date(Date.now() + 3_600_000).toISOString() }))
    const after = await doctor.get(`${BASE}/Patient/an/$everything`)
    // a Device is closed to persons, and what stands in the record of another patient needs a relation with that one
    expect(names(after, 'match').toSorted()).toEqual(OWN.filter((each) => each !== 'Device/d-an'))
    expect(names(after, 'include').toSorted()).toEqual(['Medication/thuoc', 'Organization/khoa', 'Practitioner/bac-si'])
    expect(names(await doctor.get(`${BASE}/Encounter/e-an/$everything`))).toContain('Condition/c-an')
    expect(codeOf(await doctor.get(`${BASE}/Patient/binh/$everything`))).toEqual([403, 'break-glass-needed'])
  })
  it('shows each type as the grant for it does', async () => {
    const reception = await site.person({ grants: [{ role: 'reception', department: 'khoa' }] })
    expect(names(await reception.get(`${BASE}/Patient/an/$everything`), 'match').toSorted()).toEqual(['Encounter/e-an', 'Patient/an'])
    const administrator = await site.person({ grants: [{ role: 'administrator', department: null }] })
    expect(codeOf(await administrator.get(`${BASE}/Patient/an/$everything`))).toEqual([403, 'forbidden'])
  })
  it('shows nobody more than searches of each type do, whatever they may see', async () => {
    const grants = [['doctor', 'nurse'], ['nurse', 'reception'], ['reception', 'doctor'], ['reception', 'administrator'], ['head', 'administrator'], ['nurse']] as const
    const types = [...new Set(RECORD.map((resource) => (resource as { resourceType: string }).resourceType))]
    for (const [at, roles] of grants.entries()) {
      const person = await site.person({ grants: roles.map((role, number) => ({ role, department: number === 0 ? 'khoa' : 'khoa-khac' })) })
      const found: string[] = []
      for (const type of types) {
        const answer = await person.get(`${BASE}/${type}?_count=1000`)
        if (answer.status === 200) found.push(...names(answer))
      }
      const shown = names(await person.get(`${BASE}/Patient/an/$everything`))
      expect([at, shown.filter((each) => !found.includes(each))]).toEqual([at, []])
      // and of the patient's own record no less
      expect([at, OWN.filter((each) => found.includes(each) && !shown.includes(each))]).toEqual([at, []])
    }
  })
  it('shows a system client the types of its scopes', async () => {
    const some = await site.system(['system/Patient.rs', 'system/Observation.rs'])
    expect(names(await some.get(`${BASE}/Patient/an/$everything`)).toSorted()).toEqual(['Observation/o-an-1', 'Observation/o-an-2', 'Observation/o-binh', 'Patient/an'])
    expect((await (await site.system(['system/Observation.rs'])).get(`${BASE}/Patient/an/$everything`)).status).toBe(403)
    // who may read one by its id, and search none
    expect(names(await (await site.system(['system/Patient.rs', 'system/Observation.r'])).get(`${BASE}/Patient/an/$everything`))).toEqual(['Patient/an'])
  })
})

describe('everything of an encounter', () => {
  it('is what was done in it, with the patient and whoever took part', async () => {
    const answer = await client.get(`${BASE}/Encounter/e-an/$everything`)
    expect(names(answer)[0]).toBe('Encounter/e-an')
    expect(names(answer, 'match').toSorted()).toEqual(['Condition/c-an', 'Encounter/e-an', 'Observation/o-an-1'])
    expect(names(answer, 'include').toSorted()).toEqual(['Patient/an', 'Practitioner/bac-si'])
    expect((await client.get(`${BASE}/Encounter/e-an/$everything?start=2026-01-01`)).status).toBe(400)
    expect((await client.get(`${BASE}/Encounter/none/$everything`)).status).toBe(404)
  })
})

describe('everything of everybody', () => {
  it('is for those who may search all of it, page by page', async () => {
    const first = await client.get(`${BASE}/Patient/$everything?_count=6`)
    const seen = names(first, 'match')
    let next = first.json<Page>().link.find(({ relation }) => relation === 'next')?.url
    while (next !== undefined) {
      const answer = await client.get(next.slice(next.indexOf(BASE)))
      seen.push(...names(answer, 'match'))
      next = answer.json<Page>().link.find(({ relation }) => relation === 'next')?.url
    }
    expect(seen.toSorted()).toEqual([...OWN, ...ELSEWHERE, 'Observation/o-binh-2', 'Patient/binh'].toSorted())
    for (const caller of [doctor, await site.system(['system/Patient.rs'])]) expect(codeOf(await caller.get(`${BASE}/Patient/$everything`))).toEqual([403, 'forbidden'])
    expect((await client.get(`${BASE}/Encounter/$everything`)).status).not.toBe(200)
  })
})

interface Answers { entry: { resource?: { resourceType: string; type?: string; entry?: { resource: { resourceType: string } }[]; parameter?: unknown[] }; response: { status: string; etag?: string } }[] }

describe('operations in a batch', () => {
  const batch = async (requests: readonly { method: string; url: string; resource?: object; ifMatch?: string }[], caller = client): Promise<Answers['entry']> => {
    const entry = requests.map(({ resource, ...request }) => ({ ...(resource && { resource }), request }))
    return (await caller.post(BASE, { resourceType: 'Bundle', type: 'batch', entry })).json<Answers>().entry
  }
  const tag = { resourceType: 'Parameters', parameter: [{ name: 'meta', valueMeta: { tag: [{ system: 'urn:x', code: 'lo' }] } }] }

  it('are answered as if each had been asked alone', async () => {
    const answers = await batch([
      { method: 'GET', url: 'Patient/an/$everything?_type=Flag' }, { method: 'GET', url: 'Observation/$lastn?patient=an&code:text=nhiệt' }, { method: 'GET', url: '$diff?from=Patient/an&to=Patient/binh' },
      { method: 'GET', url: 'Patient/an/_history/1/$meta' }, { method: 'POST', url: 'Flag/f-an/$meta-add', resource: tag, ifMatch: 'W/"1"' }, { method: 'POST', url: 'Flag/f-an/$meta-add', resource: tag, ifMatch: 'W/"1"' },
      { method: 'GET', url: 'ValueSet/$expand?url=http://hl7.org/fhir/ValueSet/administrative-gender' }, { method: 'HEAD', url: 'Patient/an/$everything' },
      { method: 'GET', url: 'Flag/f-an/$meta-add' }, { method: 'GET', url: 'Organization/khoa/$everything' }, { method: 'GET', url: 'Patient/an/$nothing' }, { method: 'PUT', url: 'Patient/an/$meta', resource: tag },
    ])
    expect(answers.map(({ response }) => response.status.slice(0, 3))).toEqual(['200', '200', '200', '200', '200', '412', '200', '200', '404', '404', '404', '405'])
    expect(answers.slice(0, 8).map(({ resource }) => resource?.resourceType)).toEqual(['Bundle', 'Bundle', 'Parameters', 'Parameters', 'Parameters', undefined, 'ValueSet', undefined])
    expect([answers[0]?.resource?.entry?.[0]?.resource.resourceType, answers[4]?.response.etag]).toEqual(['Flag', 'W/"2"'])
  })
  it('are refused to a person as each alone is', async () => {
    const stranger = await site.person({ grants: [{ role: 'doctor', department: 'khoa-khac' }] })
    const answers = await batch([{ method: 'GET', url: 'Patient/an/$everything' }, { method: 'GET', url: 'Observation/o-an-1/$meta' }, { method: 'GET', url: 'Patient/$everything' }], stranger)
    expect(answers.map(({ response }) => response.status.slice(0, 3))).toEqual(['403', '403', '403'])
  })
})
