/** Doors that were tried and stayed shut without a row in the audit log: searches of several types, conditions of persons, slips of other departments. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { StoredAuditRow } from '#api/model/ports.ts'
import { testClinic, type Clinic } from '#test/support/clinic.ts'

let clinic: Clinic
beforeAll(async () => { clinic = await testClinic() })
afterAll(() => clinic.close())

const refused = async (account: string): Promise<StoredAuditRow[]> => (await clinic.site.parts.audit.find({ account, count: 100 })).filter((row) => row.outcome === 'refused')

describe('on record is a refused', () => {
  it('search of several types', async () => {
    expect((await clinic.doctor.get('/fhir/R4?_type=Observation,Condition')).status).toBe(403)
    expect(await refused(clinic.doctor.account)).toMatchObject([{ interaction: 'search-type', detail: 'forbidden' }])
  })

  it('condition of a person, which would be answered by rows that nobody judges', async () => {
    const { nurse } = clinic
    expect((await nurse.post('/fhir/R4/Observation', { resourceType: 'Observation', status: 'final', code: { text: 'x' } }, { 'if-none-exist': 'code=x' })).status).toBe(403)
    expect(await refused(nurse.account)).toMatchObject([{ type: 'Observation', detail: 'forbidden' }])
  })

  it('slip of another department', async () => {
    const encounter = await clinic.arrive()
    const outsider = await clinic.site.person({ grants: [{ role: 'reception', department: 'khoa-khac' }, { role: 'doctor', department: 'khoa-khac' }] })
    await clinic.site.parts.care.breakGlass({ ...clinic.site.internal, actor: { kind: 'person', tenant: 900, account: outsider.account, login: 'x', name: 'x', practitioner: null, grants: [] } }, 'benh-nhan-mau', 'cấp cứu lúc nửa đêm', '2099-01-01T00:00:00.000Z')
    expect((await outsider.get(`/api/registrations/${encounter}/slip`)).status).toBe(404)
    expect(await refused(outsider.account)).toMatchObject([{ interaction: 'queue-slip', patient: 'benh-nhan-mau' }])
  })
})
