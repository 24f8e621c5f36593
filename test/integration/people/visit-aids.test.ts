/** Order sets and phrases on a real database: whose they are, who may change them, what is on record. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MOST_AIDS } from '#api/model/visit-aid-ports.ts'
import type { NewAid, VisitAid, VisitAids } from '#api/model/visit-aids.ts'
import type { TestCaller } from '#test/support/app.ts'
import { CLINIC, ok, OTHER_CLINIC, testClinic, type Clinic } from '#test/support/clinic.ts'

let clinic: Clinic
let head: TestCaller & { readonly account: string }
let admin: TestCaller
let colleague: TestCaller
beforeAll(async () => {
  clinic = await testClinic()
  head = await clinic.site.person({ grants: [{ role: 'head', department: CLINIC }] })
  colleague = await clinic.site.person({ grants: [{ role: 'doctor', department: CLINIC }] })
  admin = await clinic.site.person({ grants: [{ role: 'administrator', department: null }] })
})
afterAll(() => clinic.close())

const SET: NewAid['body'] = { kind: 'order-set', lines: [{ kind: 'drug', code: 'PARA500', display: 'Paracetamol 500 mg', dosage: { dose: '0.5', frequency: 3, days: 5, note: 'sau ăn', route: 'PO' } }, { kind: 'order', code: 'XN-CTM', display: 'Công thức máu' }] }
const PHRASE: NewAid['body'] = { kind: 'phrase', text: 'Họng đỏ, amidan {độ}', section: 'examination' }
const list = async (caller: TestCaller): Promise<VisitAids> => ok<VisitAids>(await caller.get('/api/visit-aids'))
const names = async (caller: TestCaller): Promise<string[]> => { const { sets, phrases } = await list(caller); return [...sets, ...phrases].map(({ name, scope, mayChange }) => `${name} ${scope} ${mayChange ? 'own' : 'read'}`) }
const create = (caller: TestCaller, aid: object) => caller.post('/api/visit-aids', aid)
const personal = (name: string, body: NewAid['body'] = SET) => ({ scope: 'person', name, body })
const ofDepartment = (name: string, department = CLINIC, body: NewAid['body'] = SET) => ({ scope: 'department', department, name, body })

describe('an order set or a phrase', () => {
  it('of a person is that person\'s alone', async () => {
    const made = ok<VisitAid>(await create(clinic.doctor, personal('Viêm họng')))
    expect(made).toMatchObject({ version: 1, scope: 'person', name: 'Viêm họng', body: SET, mayChange: true })
    expect(await names(clinic.doctor)).toEqual(['Viêm họng person own'])
    expect(await names(colleague)).toEqual([])
    expect((await colleague.put(`/api/visit-aids/${made.id}`, { version: 1, name: 'x', body: SET })).status).toBe(404)
    expect((await head.delete(`/api/visit-aids/${made.id}?version=1`)).status).toBe(404)
    expect((await create(clinic.doctor, personal('Viêm họng'))).json()).toMatchObject({ code: 'aid-name-taken' })
    expect((await create(colleague, personal('Viêm họng'))).status).toBe(201)
  })

  it('of a department is changed by its head and administrators, read by its doctors, and unknown elsewhere', async () => {
    expect((await create(clinic.doctor, ofDepartment('Của khoa'))).status).toBe(403)
    expect((await create(head, ofDepartment('Của khoa', OTHER_CLINIC))).status).toBe(403)
    const made = ok<VisitAid>(await create(head, ofDepartment('hong', CLINIC, PHRASE)))
    expect(await names(clinic.doctor)).toContain('hong department read')
    expect(await names(admin)).toEqual(['hong department own'])
    expect(await names(clinic.stranger)).toEqual([])
    expect((await clinic.stranger.put(`/api/visit-aids/${made.id}`, { version: 1, name: 'hong', body: PHRASE })).status).toBe(404)
    expect((await clinic.doctor.put(`/api/visit-aids/${made.id}`, { version: 1, name: 'hong', body: PHRASE })).status).toBe(403)
    expect(ok<VisitAid>(await admin.put(`/api/visit-aids/${made.id}`, { version: 1, name: 'hongdo', body: PHRASE }))).toMatchObject({ version: 2, name: 'hongdo' })
    expect((await head.put(`/api/visit-aids/${made.id}`, { version: 1, name: 'hong', body: PHRASE })).json()).toMatchObject({ code: 'version-conflict' })
    expect((await head.put(`/api/visit-aids/${made.id}`, { version: 2, name: 'khac', body: SET })).status).toBe(400)
  })

  it('of the hospital is the administrators\', and everybody who writes visits reads it', async () => {
    for (const caller of [clinic.doctor, head]) expect((await create(caller, { scope: 'hospital', name: 'Chung', body: SET })).status).toBe(403)
    expect((await create(admin, personal('Riêng'))).status).toBe(403)
    ok(await create(admin, { scope: 'hospital', name: 'Chung', body: SET }))
    expect(await names(clinic.stranger)).toEqual(['Chung hospital read'])
    for (const caller of [clinic.nurse, clinic.reception]) expect((await caller.get('/api/visit-aids')).status).toBe(403)
  })

  it('is removed in the version that was seen, and each change is on record', async () => {
    const made = ok<VisitAid>(await create(clinic.doctor, personal('bo', PHRASE)))
    expect((await clinic.doctor.delete(`/api/visit-aids/${made.id}?version=2`)).status).toBe(412)
    expect((await clinic.doctor.delete(`/api/visit-aids/${made.id}?version=1`)).status).toBe(204)
    expect((await clinic.doctor.delete(`/api/visit-aids/${made.id}?version=1`)).status).toBe(404)
    const { rows } = await clinic.site.databases.asOwner(900, `select interaction, action from audit_log where tenant = 900 and resource_id = $1 order by interaction`, [made.id])
    expect(rows).toEqual([{ interaction: 'phrase-create', action: 'C' }, { interaction: 'phrase-remove', action: 'D' }])
  })

  it('is refused when it could not be used', async () => {
    const wrong = [
      personal('', SET), personal('x', { kind: 'order-set', lines: [] }), personal('Có dấu', PHRASE), personal('a', PHRASE), personal('trong', { kind: 'phrase', text: '  ' }), { scope: 'department', name: 'x', body: SET },
      personal('x', { kind: 'order-set', lines: Array.from({ length: 61 }, () => ({ kind: 'order', code: 'X', display: 'X' })) }),
      personal('x', { kind: 'order-set', lines: [{ kind: 'drug', code: 'X', display: 'X', dosage: { dose: '1/2', frequency: 0, days: 1, note: '' } }] }),
    ]
    for (const aid of wrong) expect([aid.name, (await create(clinic.doctor, aid)).status]).toEqual([aid.name, 400])
    expect((await create(admin, ofDepartment('x', 'khong-co'))).json()).toMatchObject({ code: 'dangling-reference' })
    expect((await clinic.doctor.put('/api/visit-aids/khong-phai-uuid', { version: 1, name: 'x', body: SET })).status).toBe(404)
  })

  it('is one of a bounded number', async () => {
    const { aids, ids } = clinic.site.parts
    const owner = { scope: 'person', owner: clinic.stranger.account } as const
    for (let at = 0; at < MOST_AIDS; at += 1) await aids.create(clinic.site.internal, { id: ids.uuid(), ...owner, name: `m${at}`, body: PHRASE })
    expect((await create(clinic.stranger, personal('nua', PHRASE))).json()).toMatchObject({ code: 'too-many-aids' })
    expect((await create(clinic.stranger, personal('Bộ', SET))).status).toBe(201)
  })
})
