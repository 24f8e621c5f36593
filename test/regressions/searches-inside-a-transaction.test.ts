/**
 * The transaction of a person sees all rows, since what it reads is judged one by one; a search in it was judged by its type alone, and answered with _revinclude, _include, _has and chains
 * whatever they reached: any account, that of the reception too, read every record so. Persons search outside; what an app's scopes leave out is not there inside either.
 */
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Role } from '#api/model/actor.ts'
import { testSite, type TestAnswer, type TestCaller, type TestSite } from '#test/support/app.ts'
import { addApp, connect } from '#test/support/app-launch.ts'

const BASE = '/fhir/R4'
const WARD = 'khoa-noi'

let site: TestSite
beforeAll(async () => {
  site = await testSite()
  await addApp(site, { client: 'do-xn' })
  const all = await site.system()
  for (const resource of [
    { resourceType: 'Practitioner', id: 'bs-mau', name: [{ text: 'Trần Văn Mẫu' }] },
    { resourceType: 'Patient', id: 'p1', name: [{ text: 'Bệnh Nhân Mẫu' }] },
    { resourceType: 'Condition', id: 'c1', subject: { reference: 'Patient/p1' }, asserter: { reference: 'Practitioner/bs-mau' }, code: { coding: [{ code: 'B24' }], text: 'điều không ai được biết' } },
    { resourceType: 'Observation', id: 'o1', status: 'final', category: [{ coding: [{ code: 'vital-signs' }] }], code: { text: 'điều không ai được biết' }, subject: { reference: 'Patient/p1' } },
  ]) expect((await all.put(`${BASE}/${resource.resourceType}/${resource.id}`, resource)).status).toBe(201)
})
afterAll(() => site.close())

const inside = (caller: Pick<TestCaller, 'post'>, url: string): Promise<TestAnswer> => caller.post(BASE, { resourceType: 'Bundle', type: 'transaction', entry: [{ request: { method: 'GET', url } }] })

const SEARCHES = ['Patient?_id=p1&_revinclude=*', 'Patient?_revinclude=Condition:subject&_revinclude=Observation:subject', 'Patient?_has:Condition:patient:code=B24', 'Practitioner?_revinclude=Condition:asserter', 'Patient', 'Condition?patient=p1']

it.each<Role>(['reception', 'administrator', 'laboratory', 'imaging', 'nurse', 'doctor', 'head'])('the account of a %s learns nothing of a record by searching in a transaction', async (role) => {
  const caller = await site.person({ grants: [{ role, department: role === 'administrator' ? null : WARD }] })
  for (const url of SEARCHES) {
    const answer = await inside(caller, url)
    expect(answer.status, `${role} ${url}`).toBe(403)
    expect(answer.text).not.toMatch(/không ai được biết|"c1"|"o1"|B24/)
  }
})

it('what scopes leave out is not there, also when it is read in a transaction', async () => {
  await site.parts.store.transact(site.internal, (tx) => tx.relate({ patient: 'p1', department: WARD, account: null, kind: 'encounter', until: '2099-01-01T00:00:00.000Z' }))
  const doctor = await site.person({ grants: [{ role: 'doctor', department: WARD }] })
  expect((await inside(doctor, 'Observation/o1')).status).toBe(200)
  const app = await connect(site, doctor, 'do-xn', 'user/Observation.rs?category=laboratory')
  expect([(await inside(app.caller, 'Observation/o1')).status, (await inside(app.caller, 'Observation/not-there')).status]).toEqual([404, 404])
})
