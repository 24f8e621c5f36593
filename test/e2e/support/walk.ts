/** One visit of one patient from the queue to the signed document, in twelve pictures: the README shows them. */
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import type { Page } from 'playwright-core'
import type { DocumentRow, VisitSheet } from '#api/model/site.ts'
import { openDesk, releaseResult } from './bench.ts'
import type { DemoAddress } from './demo.ts'
import type { Invented } from './people.ts'
import { registerNew } from '../pages/reception.ts'
import { addOrder, openFromQueue } from '../pages/visit.ts'

/** What each picture is called, in the order of the work. */
export const WALK = [
  'hang-doi', 'phieu-kham-trong', 'mau-cau', 'sinh-hieu', 'canh-bao-thuoc', 'chi-dinh-xet-nghiem', 'ket-qua', 'tim-chan-doan', 'xem-lai', 'ma-pin', 'phieu-kham-da-ky', 'ban-da-ky',
] as const
type Step = (typeof WALK)[number]
const fileOf = (folder: string, step: Step): string => path.join(folder, `${String(WALK.indexOf(step) + 1).padStart(2, '0')}-${step}.png`)

/** Nobody's: a name that says so. */
const PERSON: Invented = { citizen: '001088900188', name: 'Vũ Minh Thử', birthDate: '1988-03-19', qr: '001088900188||Vũ Minh Thử|19031988|Nam|Số 1 Phố Thử, Phường Ba Đình, Thành phố Hà Nội|01012022' }
const VITALS = [['Mạch', '96'], ['Nhiệt độ', '38,5'], ['HA tâm thu', '125'], ['HA tâm trương', '80'], ['SpO₂', '98'], ['Cân nặng', '64,5']] as const
const EXAMINATION = 'Họng đỏ, amidan sưng độ II, có giả mạc trắng. Phổi rì rào phế nang rõ.'
/** White cells too many, the rest as it should be. */
const BLOOD = { '718-7': '142', '6690-2': '14.80', '777-3': '262' }

export interface Walkers { readonly desk: Page; readonly doctor: Page }

/** One visit of one patient: the doctor at the screen, the laboratory by its routes meanwhile. */
export async function takeWalk({ desk, doctor: page }: Walkers, demo: Pick<DemoAddress, 'hospital' | 'password' | 'pin'>, folder: string): Promise<void> {
  const shoot = async (step: Step): Promise<void> => {
    await page.waitForTimeout(350)
    await page.screenshot({ path: fileOf(folder, step) })
  }
  await desk.goto('/tiep-don')
  await registerNew(desk, PERSON)
  await page.goto('/kham')
  await page.getByRole('link', { name: PERSON.name, exact: true }).waitFor()
  await shoot('hang-doi')
  const encounter = await openFromQueue(page, PERSON.name)
  await shoot('phieu-kham-trong')
  await typeFindings(page, shoot)
  await typeOrders(page, shoot)
  await page.keyboard.press('Control+s')
  await page.getByText('Đã lưu, chưa ký.').waitFor()
  await answerFromLaboratory(demo, encounter)
  await page.reload()
  await page.locator('.visit-results summary').first().waitFor()
  await shoot('ket-qua')
  await typeDiagnosis(page, shoot)
  await signIt(page, demo.pin, shoot)
  await pictureOfDocument(page, encounter, fileOf(folder, 'ban-da-ky'))
}

type Shoot = (step: Step) => Promise<void>

async function typeFindings(page: Page, shoot: Shoot): Promise<void> {
  await page.getByLabel('Bệnh sử', { exact: true }).fill('Sốt 38,5 °C hai ngày, đau họng, nuốt vướng, không khó thở.')
  const examination = page.getByLabel('Khám', { exact: true })
  await examination.fill('Bệnh nhân tỉnh. ')
  await examination.press('End')
  await page.keyboard.type('.')
  await page.getByRole('option', { name: '.hong' }).waitFor()
  await shoot('mau-cau')
  await page.keyboard.press('Escape')
  await examination.fill(EXAMINATION)
  await page.getByLabel('Thêm dị ứng').fill('Penicillin')
  await page.keyboard.press('Enter')
  for (const [name, value] of VITALS) await page.getByLabel(name, { exact: true }).fill(value)
  await shoot('sinh-hieu')
}

async function typeOrders(page: Page, shoot: Shoot): Promise<void> {
  const line = page.getByRole('combobox', { name: 'Dòng chỉ định' })
  await addOrder(page, 'amox 500 3x1 7n')
  const alerts = page.getByRole('region', { name: 'Cảnh báo an toàn thuốc' })
  await alerts.getByText(/penicilin|penicillin/i).first().waitFor()
  await alerts.scrollIntoViewIfNeeded()
  await shoot('canh-bao-thuoc')
  await page.getByRole('button', { name: /^Xóa Amox/ }).first().click()
  await alerts.waitFor({ state: 'detached' })
  for (const text of ['azi 500 1x1 3n', 'para 500 3x1 3n sau ăn']) await addOrder(page, text)
  await line.fill('xn máu')
  await page.locator('.ui-options [role=option]').first().waitFor()
  await shoot('chi-dinh-xet-nghiem')
  await line.fill('')
  for (const text of ['xn ctm', 'xn crp']) await addOrder(page, text)
}

/** What the laboratory does while the doctor sees the next patient. */
async function answerFromLaboratory(demo: Pick<DemoAddress, 'hospital' | 'password'>, encounter: string): Promise<void> {
  const [doctor, bench] = await Promise.all([openDesk(demo, 'bacsi'), openDesk(demo, 'xetnghiem')])
  const { current } = await doctor.call<VisitSheet>('GET', `/api/visits/${encounter}`)
  const orders = current.filter(({ resourceType }) => resourceType === 'ServiceRequest') as readonly { readonly id?: string; readonly code?: { readonly coding?: readonly { readonly code?: string }[] } }[]
  for (const { id = '', code } of orders) await releaseResult(bench, id, code?.coding?.[0]?.code === 'XN-CRP' ? { '1988-5': '48.0' } : BLOOD)
}

async function typeDiagnosis(page: Page, shoot: Shoot): Promise<void> {
  const diagnosis = page.getByRole('combobox', { name: 'Thêm chẩn đoán' })
  await diagnosis.fill('viem amidan')
  await page.locator('.ui-options [role=option]').first().waitFor()
  await shoot('tim-chan-doan')
  await page.keyboard.press('Enter')
  await page.locator('.visit-diagnoses li.row').first().waitFor()
  await page.getByLabel('Tóm tắt kết quả cận lâm sàng').fill('Bạch cầu 14,8 G/L, CRP 48 mg/L.')
  await page.getByRole('combobox', { name: 'Tình trạng ra viện' }).selectOption({ index: 2 })
  await page.getByLabel('Hướng điều trị, lời dặn').fill('Nghỉ ngơi, uống nhiều nước ấm, súc họng nước muối. Khám lại ngay khi khó thở hoặc nuốt không được.')
}

async function signIt(page: Page, pin: string, shoot: Shoot): Promise<void> {
  await page.keyboard.press('Control+Enter')
  const field = page.getByLabel('Mã PIN ký số')
  await field.waitFor({ timeout: 30_000 })
  await page.getByRole('link', { name: 'Mở PDF ở thẻ mới' }).waitFor()
  await shoot('xem-lai')
  await page.getByRole('tab', { name: /^Đơn thuốc/ }).click()
  await field.fill(pin)
  await shoot('ma-pin')
  await field.press('Enter')
  await page.getByText('Phiếu khám đã ký').waitFor()
  await page.getByText('Đã ký', { exact: false }).first().waitFor()
  // its word that all is signed has gone again
  await page.waitForTimeout(4000)
  await page.getByText('Phiếu khám đã ký').scrollIntoViewIfNeeded()
  await shoot('phieu-kham-da-ky')
}

/** The first page of the visit's summary as it was signed, by poppler. `page` is signed in as its doctor. */
async function pictureOfDocument(page: Page, encounter: string, file: string): Promise<void> {
  const documents = await (await page.request.get(`/api/documents?encounter=${encodeURIComponent(encounter)}`)).json() as DocumentRow[]
  const document = documents.find(({ form }) => form !== 'prescription') ?? documents[0]
  if (!document) throw new Error(`no signed document of ${encounter}`)
  const pdf = `${file}.pdf`
  fs.writeFileSync(pdf, await (await page.request.get(`/api/documents/${document.id}/pdf`)).body())
  try {
    const done = spawnSync('pdftoppm', ['-png', '-singlefile', '-r', '80', pdf, path.join(path.dirname(file), path.basename(file, '.png'))], { encoding: 'utf8' })
    if (done.status !== 0) throw new Error(`pdftoppm: ${done.error?.message ?? done.stderr}`)
  } finally {
    fs.rmSync(pdf)
  }
}
