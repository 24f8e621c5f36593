/** The main job: a patient is registered, examined and signed for, and the data center shows it, each with its own eyes. */
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import type { CenterHospital, DocumentRow, VerifyAnswer } from '#api/model/site.ts'
import { signIn, visit, type Visitor } from '../support/browser.ts'
import { inventPerson } from '../support/people.ts'
import { sharedBrowser, type SharedBrowser } from '../support/shared-browser.ts'
import { registerKnown, registerNew } from '../pages/reception.ts'
import { openFromQueue, reviewAndSign, typeVisit } from '../pages/visit.ts'

const demo = inject('demo')
const person = inventPerson()
let browser: SharedBrowser
let desk: Visitor, doctor: Visitor, operator: Visitor

beforeAll(async () => {
  browser = await sharedBrowser()
  ;[desk, doctor, operator] = await Promise.all([visit(browser, demo.hospital), visit(browser, demo.hospital), visit(browser, demo.center)])
})
afterAll(() => browser.close())

describe('the main job', () => {
  let encounter = ''
  let documents: DocumentRow[] = []

  it('registers a new patient from one scan of the citizen card', async () => {
    await signIn(desk.page, demo, 'tiepdon')
    expect(await registerNew(desk.page, person)).toBeGreaterThan(0)
    expect(await desk.clicks()).toBe(0)
  })

  it('signs the visit with one PIN and makes its documents, the papers to take home among them', async () => {
    await signIn(doctor.page, demo, 'bacsi')
    encounter = await openFromQueue(doctor.page, person.name)
    await typeVisit(doctor.page, { examination: 'Họng đỏ, amidan không sưng', diagnosis: 'viem hong cap', orders: ['xn ctm', 'amox 500 3x1 7n'], plan: 'Uống nhiều nước ấm' })
    await doctor.page.getByLabel('Ngày hẹn tái khám').fill('31/12/2099')
    await doctor.page.getByLabel('Nghỉ việc').fill('3')
    await reviewAndSign(doctor.page, demo.pin)
    documents = await doctor.page.evaluate(async (id) => (await fetch(`/api/documents?encounter=${id}`)).json() as Promise<DocumentRow[]>, encounter)
    expect(documents.map((d) => [d.form, d.verdict]).sort()).toEqual([['appointment-slip', 'valid-current'], ['prescription', 'valid-current'], ['sick-leave', 'valid-current'], ['visit-summary', 'valid-current']])
  })

  it('makes PDFs that pdfsig calls valid, with the name of the patient and of the drug in their text', async () => {
    for (const document of documents) {
      const response = await doctor.context.request.get(`/api/documents/${document.id}/pdf`)
      const file = path.join(demo.data, `${document.form}.pdf`)
      fs.writeFileSync(file, await response.body())
      const signature = spawnSync('pdfsig', ['-nocert', file], { encoding: 'utf8' })
      expect(signature.stdout).toContain('Signature is Valid')
      const text = spawnSync('pdftotext', ['-layout', file, '-'], { encoding: 'utf8' }).stdout
      expect(text.toLowerCase()).toContain(person.name.toLowerCase())
      expect(text).toContain(document.form === 'appointment-slip' ? 'ngày 31 tháng 12 năm 2099' : 'Amoxicillin 500 mg')
      if (document.form === 'sick-leave') expect(text).toContain('03 ngày')
    }
  })

  it('verifies by code and by file for anyone, without patient data', async () => {
    const guest = await visit(browser, demo.hospital)
    await guest.page.goto(`/xac-minh?ma=${encodeURIComponent(documents[0]?.code ?? '')}`)
    await guest.page.getByRole('heading', { name: 'Hợp lệ, đang có hiệu lực' }).waitFor()
    expect(await guest.page.textContent('main')).not.toContain(person.name)
    const pdf = fs.readFileSync(path.join(demo.data, 'visit-summary.pdf'))
    const verify = async (bytes: Buffer): Promise<VerifyAnswer> => (await guest.context.request.post('/api/verify', { data: bytes, headers: { 'content-type': 'application/pdf' } })).json() as Promise<VerifyAnswer>
    expect((await verify(pdf)).verdict).toBe('valid-current')
    const changed = Buffer.from(pdf)
    changed[2000] = (changed[2000] ?? 0) ^ 1
    expect((await verify(changed)).verdict).not.toMatch(/^valid/)
    expect(guest.complaints).toEqual([])
    await guest.close()
  })

  it('is at the data center within seconds, with its signature verified', async () => {
    await signIn(operator.page, demo, 'trungtam')
    await operator.page.goto('/trung-tam/tiep-nhan')
    const row = operator.page.getByRole('row', { name: new RegExp(person.name) }).first()
    await row.waitFor({ timeout: 20_000 })
    expect(await row.textContent()).toContain('Hợp lệ')
    await operator.page.goto('/trung-tam/giam-sat')
    const line = operator.page.getByRole('row', { name: /Bệnh viện Quân y 900/ })
    await line.waitFor()
    // what is on the line is what both sites count: everything the hospital sealed was sent and applied, and nothing waits
    await expect.poll(async () => {
      const [one] = (await (await operator.context.request.get('/api/center/hospitals')).json()) as CenterHospital[]
      return one && { pending: one.pending, unsent: one.sealed - one.sent, unapplied: one.sent - one.applied, quarantined: one.quarantined }
    }, { timeout: 20_000 }).toEqual({ pending: 0, unsent: 0, unapplied: 0, quarantined: 0 })
    const [counted] = (await (await operator.context.request.get('/api/center/hospitals')).json()) as CenterHospital[]
    expect(counted?.sent).toBeGreaterThan(1)
    expect(Date.now() - Date.parse(counted?.lastContact ?? '')).toBeLessThan(60_000)
    await operator.page.reload()
    const cells = line.getByRole('gridcell')
    await expect.poll(async () => (await cells.allTextContents()).slice(-4).map((text) => text.trim()), { timeout: 10_000 })
      .toEqual([counted?.sent, counted?.applied, 0, 0].map(String))
    expect((await cells.allTextContents()).at(-5)).toMatch(/\d{2}:\d{2}/)
  })

  it('registers a return patient by one scan and Enter within five seconds', async () => {
    await desk.page.goto('/tiep-don')
    const started = performance.now()
    expect(await registerKnown(desk.page, person)).toBeGreaterThan(0)
    expect(performance.now() - started).toBeLessThan(5000)
  })

  it('asks nothing of another origin and prints no error on any page', () => {
    expect([desk.complaints, doctor.complaints, operator.complaints].flat()).toEqual([])
  })
})
