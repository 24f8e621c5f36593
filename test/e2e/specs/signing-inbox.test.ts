/** What waits for a signature: three visits reviewed together and signed by one PIN, by keyboard; then a second signature asked for, refused, asked again, delegated and made, until the data center shows it. */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import type { DocumentRow, VerifyAnswer } from '#api/model/site.ts'
import { signIn, visit, type Visitor } from '../support/browser.ts'
import { inventPerson } from '../support/people.ts'
import { sharedBrowser, type SharedBrowser } from '../support/shared-browser.ts'
import { registerNew } from '../pages/reception.ts'
import { openFromQueue, typeVisit } from '../pages/visit.ts'

const demo = inject('demo')
const people = [inventPerson(), inventPerson(false), inventPerson()]
const encounters: string[] = []
let browser: SharedBrowser
let doctor: Visitor, head: Visitor

beforeAll(async () => {
  browser = await sharedBrowser()
  const desk = await visit(browser, demo.hospital)
  doctor = await visit(browser, demo.hospital)
  await signIn(desk.page, demo, 'tiepdon')
  await signIn(doctor.page, demo, 'bacsi')
  for (const person of people) {
    await desk.page.goto('/tiep-don')
    await registerNew(desk.page, person)
    await doctor.page.goto('/kham')
    encounters.push(await openFromQueue(doctor.page, person.name))
    await typeVisit(doctor.page, { examination: 'Họng đỏ', diagnosis: 'J02' })
    await doctor.page.keyboard.press('Control+s')
    await doctor.page.getByText('Đã lưu, chưa ký.').waitFor()
  }
  await desk.close()
})
afterAll(() => browser.close())

describe('the signing inbox', () => {
  it('signs three visits by one PIN, without the mouse', async () => {
    const { page } = doctor
    await page.goto('/hop-ky')
    for (const { name } of people) {
      await page.getByRole('row', { name }).focus()
      await page.keyboard.press('Space')
      expect(await page.getByRole('row', { name }).getByRole('checkbox').isChecked()).toBe(true)
    }
    await page.keyboard.press('Control+Enter')
    await page.getByRole('button', { name: 'Ký tất cả (3)' }).waitFor()
    for (const { name } of people) await page.getByRole('dialog').getByRole('heading', { name }).waitFor()
    await page.getByLabel('Mã PIN ký số').fill(demo.pin)
    await page.keyboard.press('Enter')
    await page.getByText('Đã ký 3 lượt khám.').waitFor()
    for (const { name } of people) await page.getByRole('row', { name }).waitFor({ state: 'detached' })
    for (const encounter of encounters) {
      const documents = await page.evaluate(async (id) => (await fetch(`/api/documents?encounter=${id}`)).json() as Promise<DocumentRow[]>, encounter)
      expect(documents.map((document) => document.verdict)).toEqual(['valid-current'])
    }
    expect(await doctor.clicks()).toBe(0)
  })
})

describe('a second signature', () => {
  const summaryOf = async (encounter: string): Promise<DocumentRow> => {
    const documents = await doctor.page.evaluate(async (id) => (await fetch(`/api/documents?encounter=${id}`)).json() as Promise<DocumentRow[]>, encounter)
    const summary = documents.find(({ form }) => form === 'visit-summary')
    if (summary === undefined) throw new Error('no summary')
    return summary
  }
  const askFor = async (at: number, button: string): Promise<void> => {
    const { page } = doctor
    const { patient } = await summaryOf(encounters[at] ?? '')
    await page.goto(`/nguoi-benh/${patient}/lan-kham/${encounters[at]}`)
    await page.getByRole('button', { name: button }).first().click()
    await page.getByLabel('Lời trình').fill('Kính trình trưởng khoa')
    await page.keyboard.press('Enter')
    await page.getByText('Đã trình trưởng khoa ký.').waitFor()
  }
  const toCosign = async (page: Visitor['page']): Promise<void> => {
    await page.goto('/hop-ky')
    await page.getByRole('tab', { name: 'Chờ ký duyệt' }).click()
  }

  it('is refused by the head with a reason that the doctor reads first', async () => {
    head = await visit(browser, demo.hospital)
    await signIn(head.page, demo, 'truongkhoa')
    await askFor(0, 'Trình trưởng khoa ký')
    await toCosign(head.page)
    await head.page.getByRole('row', { name: people[0]?.name ?? '' }).getByRole('button', { name: 'Từ chối' }).click()
    await head.page.getByLabel('Lý do từ chối').fill('Thiếu kết quả công thức máu')
    await head.page.getByRole('dialog').getByRole('button', { name: 'Từ chối' }).click()
    await head.page.getByText('Đã từ chối và báo lại').waitFor()
    await doctor.page.goto('/hop-ky')
    await doctor.page.getByText(/từ chối: Thiếu kết quả công thức máu/).waitFor()
  })

  it('is made by the head after reading the stored pages, and the data center shows both signers', async () => {
    await askFor(0, 'Trình lại')
    await toCosign(head.page)
    const row = head.page.getByRole('row', { name: people[0]?.name ?? '' })
    await row.focus()
    await head.page.keyboard.press('Space')
    await head.page.keyboard.press('Control+Enter')
    await head.page.getByLabel('Mã PIN ký số').fill(demo.pin)
    await head.page.keyboard.press('Enter')
    await head.page.getByText('Đã ký duyệt 1 tài liệu.').waitFor()
    const { code, second, verdict } = await summaryOf(encounters[0] ?? '')
    expect([verdict, second?.signer]).toEqual(['valid-current', expect.stringContaining('Nguyễn Thị Mẫu Hòa')])
    let answer: VerifyAnswer = { verdict: 'unknown' }
    for (let i = 0; i < 60 && answer.second === undefined; i += 1) {
      await head.page.waitForTimeout(500)
      answer = await (await fetch(`${demo.center}/api/verify/${code}`)).json() as VerifyAnswer
    }
    expect([answer.verdict, answer.second?.signer]).toEqual(['valid-current', second?.signer])
    await doctor.page.goto(`/xac-minh?ma=${code}`)
    await doctor.page.getByText('Người ký duyệt').waitFor()
  })

  it('is delegated for today by the head, and the delegation is ended', async () => {
    const { page } = head
    await page.goto('/hop-ky')
    await page.getByRole('tab', { name: 'Uỷ quyền' }).click()
    await page.getByLabel('Bác sĩ được uỷ quyền').selectOption({ index: 1 })
    await page.getByRole('button', { name: 'Uỷ quyền', exact: true }).click()
    await page.getByText('Đã uỷ quyền.').waitFor()
    await page.getByText('ký thay').waitFor()
    await page.getByRole('button', { name: 'Chấm dứt' }).first().click()
    await page.getByText('Không có uỷ quyền nào.').waitFor()
  })
})
