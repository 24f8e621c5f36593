/** The cable cut: the center is stopped, visits are signed all the same, and they arrive once each and in order when it is back. */
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import type { ReceivedDocument } from '#api/model/site.ts'
import { demoControl } from '../support/demo.ts'
import { signIn, visit, type Visitor } from '../support/browser.ts'
import { inventPerson } from '../support/people.ts'
import { sharedBrowser, type SharedBrowser } from '../support/shared-browser.ts'
import { registerNew } from '../pages/reception.ts'
import { openFromQueue, reviewAndSign, typeVisit } from '../pages/visit.ts'

const demo = inject('demo')
const people = [inventPerson(), inventPerson(false)]
let browser: SharedBrowser
let desk: Visitor, doctor: Visitor

beforeAll(async () => {
  browser = await sharedBrowser()
  ;[desk, doctor] = await Promise.all([visit(browser, demo.hospital), visit(browser, demo.hospital)])
  await signIn(desk.page, demo, 'tiepdon')
  await signIn(doctor.page, demo, 'bacsi')
})
afterAll(async () => {
  await demoControl(demo, 'start', 'center')
  await browser.close()
})

it('signs two visits while the center is down, and both arrive once each and in order when it is back', async () => {
  await demoControl(demo, 'stop', 'center')
  for (const person of people) {
    await desk.page.goto('/tiep-don')
    await registerNew(desk.page, person)
    await doctor.page.goto('/kham')
    await openFromQueue(doctor.page, person.name)
    await typeVisit(doctor.page, { diagnosis: 'J06', orders: ['para 500 3x1 3n'] })
    await reviewAndSign(doctor.page, demo.pin)
  }
  await demoControl(demo, 'start', 'center')
  const operator = await visit(browser, demo.center)
  await signIn(operator.page, demo, 'trungtam')
  await operator.page.goto('/trung-tam/tiep-nhan')
  for (const person of people) await operator.page.getByRole('row', { name: new RegExp(person.name) }).first().waitFor({ timeout: 45_000 })
  const rows = await operator.page.evaluate(async () => (await fetch('/api/center/received')).json() as Promise<ReceivedDocument[]>)
  const mine = rows.filter((r) => people.some((p) => p.name === r.patientName))
  expect(new Set(mine.map((r) => r.document)).size).toBe(mine.length)
  expect(mine.filter((r) => r.form === 'visit-summary')).toHaveLength(2)
  const times = people.map((p) => mine.find((r) => r.patientName === p.name)?.receivedAt ?? '')
  expect(times[0]! < times[1]!).toBe(true)
  await operator.close()
})
