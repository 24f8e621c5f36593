/** What was read without the server is on record afterwards, by who read it, about whom, and of its own kind. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { testClinic, type Clinic } from '#test/support/clinic.ts'
import { PATIENT } from '#test/support/visit.ts'

let clinic: Clinic
beforeAll(async () => { clinic = await testClinic() })
afterAll(() => clinic.close())

const at = '2026-11-22T01:10:00.000Z', copyAt = '2026-11-22T01:00:00.000Z'
const rows = () => clinic.site.parts.audit.find({ interaction: 'offline-reading', count: 50 })

it('puts each reading on record under its patient, also of a visit and of somebody who may not open it any more', async () => {
  const encounter = await clinic.arrive()
  const readings = [{ what: 'visit', id: encounter, at, copyAt }, { what: 'chart', id: PATIENT.id, at, copyAt }, { what: 'queue', id: 'khoa-kham-benh', at, copyAt }]
  expect((await clinic.stranger.post('/api/offline-readings', { readings })).status).toBe(204)
  expect((await rows()).map(({ account, action, type, resourceId, patient, detail }) => [account, action, type, resourceId, patient, detail]).sort()).toEqual([
    [clinic.stranger.account, 'R', 'Encounter', encounter, PATIENT.id, `visit ${at} ${copyAt}`],
    [clinic.stranger.account, 'R', 'Organization', 'khoa-kham-benh', undefined, `queue ${at} ${copyAt}`],
    [clinic.stranger.account, 'R', 'Patient', PATIENT.id, PATIENT.id, `chart ${at} ${copyAt}`],
  ].sort())
})

it('refuses what no PC says, and keeps nothing of it', async () => {
  const before = (await rows()).length
  for (const reading of [{ what: 'secret', id: 'a', at, copyAt }, { what: 'chart', id: 'a b', at, copyAt }, { what: 'chart', id: 'a', at: 'heute', copyAt }, { what: 'chart', id: 'a', at, copyAt, text: 'Amoxicillin' }]) {
    expect((await clinic.doctor.post('/api/offline-readings', { readings: [reading] })).status).toBe(400)
  }
  expect((await clinic.doctor.post('/api/offline-readings', { readings: [] })).status).toBe(400)
  expect((await clinic.site.anonymous.post('/api/offline-readings', { readings: [{ what: 'chart', id: 'a', at, copyAt }] })).status).toBe(401)
  expect((await rows()).length).toBe(before)
})
