/** What the states of the table (states.ts) need to be there: made once in a demo, by the screens as people would. */
import type { Page } from 'playwright-core'
import type { ResultsInbox } from '#api/model/results.ts'
import type { SessionInfo, VisitSheet } from '#api/model/site.ts'
import { fileOrders, openDesk, releaseResult, told } from './bench.ts'
import type { DemoAddress } from './demo.ts'
import { resultFor, sendResult } from '#test/support/analyser.ts'
import { inventPerson, type Invented } from './people.ts'
import type { Wires } from './wires.ts'
import { registerKnown, registerNew } from '../pages/reception.ts'
import { openFromQueue, reviewAndSign, typeVisit } from '../pages/visit.ts'

export interface World {
  readonly pin: string
  /** A nurse at another PC. */
  readonly nurse?: Page
  /** Registered and waiting. */
  readonly waiting: Invented
  /** Path of a visit sheet that is not signed, and of a signed one. */
  readonly openVisit: string
  readonly signedVisit: string
  /** Of the patient of the signed one, who has come again. */
  readonly returnVisit: string
  readonly documentCode: string
  /** An imaging order whose findings were released, and where the PACS is asked for its pictures. */
  readonly scan: string
  readonly pacs: number
}

/** A doctor of a department that takes no part in the care of the world's patients. */
export const STRANGER = 'bacsi-khoa-khac'
/** A doctor of the clinic whom the administrator has added, and whom nobody has admitted to signing. */
export const NEWCOMER = 'Nguyễn Hoàng Thị Mẫu Phương Thảo'

async function addDoctors(admin: Page, password: string): Promise<void> {
  const { request } = admin.context()
  const { csrf } = (await (await request.get('/api/session')).json()) as SessionInfo
  for (const [login, name, department] of [[STRANGER, 'Bùi Văn Mẫu Khách', 'khoa-a1'], ['bacsi-moi', NEWCOMER, 'khoa-kham-benh']] as const) {
    const made = await request.post('/api/admin/staff', { headers: { 'X-EMR-CSRF': csrf }, data: { login, name, password, title: 'BS', rank: 'Đại úy', licence: '', active: true, grants: [{ role: 'doctor', department }] } })
    if (!made.ok()) throw new Error(`no doctor ${name}: ${made.status()} ${await made.text()}`)
  }
}

/** What an analyser sends that fits nobody: a name that is not the patient's, a number that nobody has. */
async function sendStrays(door: number, order: string): Promise<void> {
  const said = (number: string, name: string): string => `PID|1||BN26000001||${name}||19850302|M\rOBR|1|${number}||XN-CTM\r`
  await sendResult(door, resultFor(`${HEAD}${said(order, 'Nguyễn^Thị Mẫu Rất Dài')}`, 'W1', ['718-7^Huyết sắc tố^LN|142|g/L|130-170|', '6690-2^Bạch cầu^LN|9.8|10*9/L|4-10|', '777-3^Tiểu cầu^LN|218|10*9/L|150-400|']))
  await sendResult(door, resultFor(`${HEAD}${said('261122-9999', 'Trần^Văn Thử')}`, 'W2', ['GLU^Glucose^L|5.6|mmol/L|3.9-6.4|']))
}
const HEAD = 'MSH|^~\\&|MAY|PXN|EMR|BV|20261122083000||OML^O21|1|P|2.5.1||||||UNICODE UTF-8\r'

/** Procedures that wait, one with why, and one that is done. */
async function orderProcedures(demo: Pick<DemoAddress, 'hospital' | 'password'>, openVisit: string): Promise<void> {
  const [doctor, nurse] = await Promise.all([openDesk(demo, 'bacsi', 'bs-mau'), openDesk(demo, 'dieuduong')])
  const [, , nebulizer = ''] = await fileOrders(doctor, openVisit, ['TT-THAYBANG', 'TT-TIEMBAP', 'TT-KHIDUNG'], { 'TT-THAYBANG': 'Vết mổ ngày thứ 5, kiểm tra chân chỉ' })
  await nurse.call('POST', `/api/procedures/${nebulizer}/done`, { version: 0, performedAt: new Date().toISOString(), note: 'Khí dung 10 phút, bệnh nhân dễ thở hơn' })
}

/** Orders at every step, and results of every urgency: of the signed visit and of one that is open. */
async function fillBench(demo: Pick<DemoAddress, 'hospital' | 'password'>, signedVisit: string, openVisit: string, door: number | undefined): Promise<string> {
  const [doctor, bench, imaging] = await Promise.all([openDesk(demo, 'bacsi', 'bs-mau'), openDesk(demo, 'xetnghiem'), openDesk(demo, 'cdha')])
  const { current } = await doctor.call<VisitSheet>('GET', `/api/visits/${signedVisit}`)
  const signed = current.find((each) => each.resourceType === 'ServiceRequest' && each.code?.text?.startsWith('Tổng phân tích'))?.id ?? ''
  await releaseResult(bench, signed, { '718-7': '142', '777-3': '18', '6690-2': '9.80' }, { callBack: told('BS Trần Văn Mẫu') })
  const [crp = '', electrolytes = '', urine = '', hbsag = '', blood = '', , , scan = ''] = await fileOrders(doctor, openVisit, ['XN-CRP', 'XN-DGD', 'XN-TPTNT', 'XN-HBSAG', 'XN-CTM', 'XN-GLU', 'XQ-NGUC', 'SA-BUNG'])
  await releaseResult(bench, crp, { '1988-5': '48.0' })
  await releaseResult(bench, electrolytes, { '2951-2': '138', '2075-0': '101' })
  await releaseResult(bench, urine, { '20454-5': '++', '5803-2': '6.5' }, { conclusion: 'Nước tiểu đục' })
  await releaseResult(bench, hbsag, { '5196-1': 'Âm tính' })
  await bench.call('POST', '/api/work-lists/lab/receive', { orders: [blood] })
  if (door !== undefined) await sendStrays(door, blood)
  await imaging.call('POST', '/api/work-lists/imaging/receive', { orders: [scan] })
  await imaging.call('PUT', `/api/work-lists/imaging/orders/${scan}/results`, { version: 1, values: [], conclusion: 'Gan không to, nhu mô đều. Túi mật không sỏi.\nKết luận: chưa thấy bất thường.', release: true })
  const seen = (await doctor.call<ResultsInbox>('GET', '/api/results/inbox')).rows.find(({ report }) => report === hbsag)
  if (seen) await doctor.call('POST', `/api/results/${seen.task}/acknowledge`, { version: seen.version, reportVersion: seen.reportVersion, looked: true })
  return scan
}

export interface Staff { readonly desk: Page; readonly doctor: Page; readonly admin: Page; readonly nurse: Page }

/** Two visits that the doctor filed and did not sign; the second has no diagnosis yet. */
async function fileUnsigned({ desk, doctor }: Pick<Staff, 'desk' | 'doctor'>): Promise<void> {
  for (const diagnosis of ['J02', undefined]) {
    const person = inventPerson()
    await desk.goto('/tiep-don')
    await registerNew(desk, person)
    await doctor.goto('/kham')
    await openFromQueue(doctor, person.name)
    await typeVisit(doctor, { examination: 'Họng đỏ, amidan không sưng', ...(diagnosis && { diagnosis }) })
    await doctor.keyboard.press('Control+s')
    await doctor.getByText('Đã lưu, chưa ký.').waitFor()
  }
}

/** Patients in every step, a doctor who knows none of them, results and second signatures that wait: every state has something to show. */
export async function prepareWorld({ desk, doctor, admin, nurse }: Staff, { hospital, pin, password }: Pick<DemoAddress, 'hospital' | 'pin' | 'password'>, wires?: Pick<Wires, 'door' | 'pacs'>): Promise<World> {
  await addDoctors(admin, password)
  const [waiting, seen] = [inventPerson(), inventPerson(false)]
  for (const person of [waiting, seen]) {
    await desk.goto('/tiep-don')
    await registerNew(desk, person)
  }
  await doctor.goto('/kham')
  await openFromQueue(doctor, seen.name)
  const signedVisit = new URL(doctor.url()).pathname
  for (const [name, value] of [['Nhiệt độ', '37,0'], ['Mạch', '82'], ['HA tâm thu', '118'], ['HA tâm trương', '76']] as const) await doctor.getByLabel(name, { exact: true }).fill(value)
  await typeVisit(doctor, { examination: 'Họng đỏ', diagnosis: 'J02', orders: ['xn ctm', 'tt thay băng vết', 'amox 500 3x1 7n'], plan: 'Uống nhiều nước ấm' })
  await reviewAndSign(doctor, pin)
  const encounter = signedVisit.split('/').at(-1) ?? ''
  const documentCode = await doctor.evaluate(async (id) => ((await (await fetch(`/api/documents?encounter=${id}`)).json()) as { code: string }[])[0]?.code ?? '', encounter)
  await doctor.getByRole('button', { name: 'Trình trưởng khoa ký' }).first().click()
  await doctor.getByLabel('Lời trình').fill('Kính trình trưởng khoa xem và ký duyệt')
  await doctor.keyboard.press('Enter')
  await doctor.getByText('Đã trình trưởng khoa ký.').waitFor()
  await desk.goto('/tiep-don')
  await registerKnown(desk, seen)
  await doctor.goto('/kham')
  await doctor.goto('/kham')
  await openFromQueue(doctor, seen.name)
  const returnVisit = new URL(doctor.url()).pathname
  await fileUnsigned({ desk, doctor })
  const filed = new URL(doctor.url()).pathname.split('/').at(-1) ?? ''
  await doctor.goto('/kham')
  await openFromQueue(doctor, waiting.name)
  const scan = await fillBench({ hospital, password }, encounter, filed, wires?.door)
  await orderProcedures({ hospital, password }, filed)
  return { pin, scan, pacs: wires?.pacs ?? 0, nurse, waiting, openVisit: new URL(doctor.url()).pathname, signedVisit, returnVisit, documentCode }
}
