/** Devices on a real database and real sockets: an order goes out, a result comes back as preliminary, and what fits nothing waits for a person. A stand-in plays the analyser and the RIS. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { toFrame } from '#api/hl7v2/frames.ts'
import { imagingAccession } from '#api/laboratory/imaging-accession.ts'
import type { ChartImages } from '#api/model/chart.ts'
import type { Assigned, DevicesPage, QuarantineList, QuarantineRow } from '#api/model/devices.ts'
import { parseJsonObject } from '#api/model/json.ts'
import type { Received, ResultsInbox, WorkDetail, WorkRow } from '#api/model/results.ts'
import { CODE_SYSTEM } from '#api/model/systems.ts'
import { callWith, codeOf, resultFor, sendResult, startAnalyser, type Analyser } from '#test/support/analyser.ts'
import { ok, testClinic, type Clinic, type TestPersonCaller } from '#test/support/clinic.ts'
import { makeOrder, makeSheet, PATIENT } from '#test/support/visit.ts'

let clinic: Clinic
let analyser: Analyser
let ris: Analyser
let bench: TestPersonCaller
let imaging: TestPersonCaller
let admin: TestPersonCaller
let encounter: string
let port = 0
let electrolytes: readonly [string, string, string]
let xray: readonly [string, string, string]
let thyroid: readonly [string, string, string]
const folder = mkdtempSync(join(tmpdir(), 'emr-devices-'))
const warnings: string[] = []

const NA = '2951-2^Natri^LN|141|mmol/L|136-145|'
const K = '2823-3^Kali^LN|5.30|mmol/L|3.4-4.8|H'
const CL = '2075-0^Clo^LN|100|mmol/L|98-106|'
const order = async (code: readonly [string, string, string], category: 'lab' | 'imaging' = 'lab'): Promise<string> => {
  const sheet = await clinic.sheet(encounter)
  const made = { ...makeOrder({ encounter, at: new Date().toISOString() }, ...code), category: [{ coding: [{ system: CODE_SYSTEM.orderCategory, code: category }] }] }
  ok(await clinic.doctor.post(`/api/visits/${encounter}/save`, { bundle: makeSheet([{ resource: { ...sheet.encounter, id: encounter }, version: Number(sheet.encounter.meta?.versionId) }, { resource: made }]) }))
  return made.id
}
/** Taken in; answers the message that the analyser got for it. */
const ordered = async (code = electrolytes): Promise<{ id: string; message: string; accession: string }> => {
  const id = await order(code)
  const { accession = '' } = ok<Received>(await bench.post('/api/work-lists/lab/receive', { orders: [id] }))
  return { id, accession, message: await vi.waitFor(() => { const found = analyser.orders.find((text) => text.includes(id)); if (found === undefined) throw new Error('not sent'); return found }, { timeout: 10_000, interval: 50 }) }
}
const detail = async (id: string): Promise<WorkDetail> => ok<WorkDetail>(await bench.get(`/api/work-lists/lab/orders/${id}`))
const quarantine = async (kind = 'lab', caller = bench): Promise<readonly QuarantineRow[]> => ok<QuarantineList>(await caller.get(`/api/device-results/${kind}`)).rows.filter(({ reason }) => reason !== 'differs')
const differing = async (of: string): Promise<QuarantineRow | undefined> => ok<QuarantineList>(await bench.get('/api/device-results/lab')).rows.find(({ reason, order: found }) => reason === 'differs' && found === of)
const page = async (): Promise<DevicesPage> => ok<DevicesPage>(await admin.get('/api/admin/devices'))
const release = async (id: string, more: object = {}) => {
  const { version, lines } = await detail(id)
  return bench.put(`/api/work-lists/lab/orders/${id}/results`, { version, values: lines.map(({ code, text }) => ({ code, text })), conclusion: '', release: true, ...more })
}

beforeAll(async () => {
  [analyser, ris] = [await startAnalyser(), await startAnalyser()]
  const file = join(folder, 'devices.json')
  writeFileSync(file, JSON.stringify({ devices: [
    { name: 'Máy sinh hóa 1', kind: 'lab', from: ['127.0.0.1'], application: 'MAY', sendTo: `127.0.0.1:${analyser.port}` }, { name: 'RIS', kind: 'imaging', from: ['127.0.0.1'], application: 'RIS', sendTo: `127.0.0.1:${ris.port}` },
  ] }))
  clinic = await testClinic({ environment: { EMR_HL7_PORT: '0', EMR_HL7_DEVICES: file } })
  port = (await clinic.site.parts.startDevices({ warn: (_what, message) => { warnings.push(message) } })).port ?? 0
  bench = await clinic.site.person({ login: 'xetnghiem', name: 'Bùi Thị Mẫu', practitioner: 'dd-mau', grants: [{ role: 'laboratory', department: null }] })
  imaging = await clinic.site.person({ login: 'cdha', grants: [{ role: 'imaging', department: null }] })
  admin = await clinic.site.person({ login: 'quantri', grants: [{ role: 'administrator', department: null }] })
  const find = async (text: string): Promise<readonly [string, string, string]> => { const [found] = await clinic.site.parts.desks.terminology.find('orders', text, '2026-11-22', 1); return [found?.code ?? '', found?.display ?? '', found?.version ?? ''] }
  ;[electrolytes, xray, thyroid] = [await find('dien giai do'), await find('x-quang nguc'), await find('tsh')]
  encounter = await clinic.arrive()
})
afterAll(async () => {
  await clinic.close()
  await Promise.all([analyser.close(), ris.close()])
  rmSync(folder, { recursive: true, force: true })
})

describe('an order whose specimen was taken in', () => {
  it('goes to the analyser with patient and specimen, comes back as preliminary, and reaches the doctor only when a person releases it', async () => {
    const { id, message, accession } = await ordered()
    expect(message).toContain('PID|1||BN26000001^^^EMR^MR||Nguyễn^Văn Mẫu||19850302|M')
    expect(message).toContain(`SPM|1|${accession}||USP`)
    expect(codeOf(await sendResult(port, resultFor(message, 'R1', [NA, K, CL])))).toBe('AA')
    const found = await detail(id)
    expect([found.row.state, found.lines.map(({ text, flag }) => [text, flag])]).toEqual(['preliminary', [['141', 'N'], ['5.30', 'H'], ['100', 'N']]])
    // what the device says of it stands beside what the list says
    expect(found.sent.map(({ device, state, values }) => [device, state, values[1]])).toEqual([['Máy sinh hóa 1', 'taken', { code: '2823-3', name: 'Kali', text: '5.30', unit: 'mmol/L', range: '3.4-4.8', flag: 'H', status: 'F', analyte: '2823-3' }]])
    expect(ok<ResultsInbox>(await clinic.doctor.get('/api/results/inbox')).rows.some(({ report }) => report === id)).toBe(false)
    const [audit] = await clinic.site.parts.audit.find({ interaction: 'device-result', count: 1 })
    expect(audit).toMatchObject({ who: 'Máy sinh hóa 1', address: '127.0.0.1', resourceId: id, outcome: 'success' })
    ok(await release(id))
    expect(ok<ResultsInbox>(await clinic.doctor.get('/api/results/inbox')).rows.find(({ report }) => report === id)?.lines.map(({ text }) => text)).toEqual(['141', '5.30', '100'])
    const stored = await clinic.site.parts.store.search(clinic.site.internal, { type: 'Observation', strict: true, parameters: [['based-on', `ServiceRequest/${id}`], ['code', '2823-3']] })
    expect(JSON.parse(stored.matches[0]?.body ?? '{}')).toMatchObject({ status: 'final', device: { display: 'Máy sinh hóa 1' }, valueQuantity: { code: 'mmol/L' } })
  })
  it('takes the same message again without a second effect, and a correction of a released result only as something that a person decides', async () => {
    const { id, message } = await ordered()
    const first = resultFor(message, 'R2', [NA, K, CL])
    expect([codeOf(await sendResult(port, first)), codeOf(await sendResult(port, first))]).toEqual(['AA', 'AA'])
    expect([(await detail(id)).version, (await detail(id)).sent.length]).toEqual([2, 1])
    // corrected before anybody released it: a new preliminary version
    await sendResult(port, resultFor(message, 'R3', [K.replace('5.30', '5.10')], { status: 'C' }))
    expect((await detail(id)).lines.map(({ text }) => text)).toEqual(['141', '5.10', '100'])
    ok(await release(id))
    expect(codeOf(await sendResult(port, resultFor(message, 'R4', [K.replace('5.30', '4.40')], { status: 'C' })))).toBe('AA')
    const after = await detail(id)
    expect([after.row.state, after.lines[1]?.text, after.sent[0]?.state, after.sent[0]?.values[0]?.text]).toEqual(['final', '5.10', 'differs', '4.40'])
    // it waits in the list and the menu's count, and is decided only by who saw it
    expect(await differing(id)).toMatchObject({ patient: { number: 'BN26000001' } })
    expect(ok<{ count: number }>(await bench.get('/api/device-results/lab/count'))).toEqual({ count: 1 })
    const { version } = after
    expect(await release(id, { reason: 'Sửa kết luận', conclusion: 'Đã xem' })).toMatchObject({ status: 412 })
    ok(await bench.put(`/api/work-lists/lab/orders/${id}/results`, { version, values: [{ code: '2951-2', text: '141' }, { code: '2823-3', text: '4.40' }, { code: '2075-0', text: '100' }], conclusion: '', release: true, reason: 'Máy gửi bản sửa', seen: after.sent.map(({ id: each }) => each) }))
    expect((await detail(id)).sent[0]?.state).toBe('closed')
  })
  it('keeps what a person has typed from a device', async () => {
    const { id, message } = await ordered()
    ok(await bench.put(`/api/work-lists/lab/orders/${id}/results`, { version: 1, values: [{ code: '2823-3', text: '4.00' }], conclusion: '', release: false }))
    await sendResult(port, resultFor(message, 'R5', [NA, K]))
    expect([(await detail(id)).lines.map(({ text }) => text), (await detail(id)).sent[0]?.state]).toEqual([['4.00'], 'differs'])
    // what stands is kept, with the reason on record
    const row = await differing(id)
    expect([(await bench.post(`/api/device-results/lab/${row?.id ?? ''}/assign`, { order: id })).status, (await bench.post(`/api/device-results/lab/${row?.id ?? ''}/reject`, { reason: 'Giữ kết quả nhập tay' })).status]).toEqual([404, 204])
    expect((await detail(id)).sent).toEqual([])
  })
})

describe('a specimen that was given back', () => {
  it('leaves nothing of the device with its order, goes out again under its new number, and what comes late of the old one waits for a person', async () => {
    const { id, message, accession } = await ordered()
    await sendResult(port, resultFor(message, 'G1', [K.replace('5.30', '7.90')]))
    ok(await bench.post(`/api/work-lists/lab/orders/${id}/return`, { version: (await detail(id)).row.version, reason: 'haemolysed', words: '', again: true }))
    expect((await detail(id)).sent).toEqual([])
    await sendResult(port, resultFor(message, 'G2', [K.replace('5.30', '7.80')]))
    const again = ok<Received>(await bench.post('/api/work-lists/lab/receive', { orders: [id] }))
    await vi.waitFor(() => { if (!analyser.orders.some((text) => text.includes(id) && text.includes(again.accession ?? '-'))) throw new Error('not sent') }, { timeout: 10_000, interval: 50 })
    await sendResult(port, resultFor(message, 'G3', [K.replace('5.30', '7.70')]))
    expect((await quarantine()).slice(0, 2).map(({ reason, numbers }) => [reason, numbers.includes(accession)])).toEqual([['specimen-returned', true], ['specimen-returned', true]])
    expect((await detail(id)).lines).toEqual([])
    // of a device that names the order alone nobody knows which specimen it measured
    await sendResult(port, resultFor(message, 'G4', [K.replace('5.30', '7.60')]).replace(/SPM.*\r/, ''))
    expect((await quarantine())[0]?.reason).toBe('specimen-returned')
    expect((await detail(id)).lines).toEqual([])
    await sendResult(port, resultFor(message, 'G5', [K.replace('5.30', '4.10')]).replace(accession, again.accession ?? '-'))
    expect((await detail(id)).lines.map(({ text }) => text)).toEqual(['4.10'])
    for (const { id: late } of (await quarantine()).slice(0, 3)) expect((await bench.post(`/api/device-results/lab/${late}/reject`, { reason: 'Mẫu đã trả lại' })).status).toBe(204)
  })
})

describe('an order without a list', () => {
  it('takes lines that name what was measured under its own code, and never lets later words replace them', async () => {
    const { id, message } = await ordered(thyroid)
    const TSH = 'TSH^TSH^L|5.40|mIU/L|0.3-4.2|H'
    await sendResult(port, resultFor(message, 'T0', [K]).replace(`|${thyroid[0]}^`, '|XN-KALI^'))
    expect([(await quarantine())[0]?.reason, (await detail(id)).conclusion]).toEqual(['unknown-code', ''])
    await sendResult(port, resultFor(message, 'T1', [TSH]))
    await sendResult(port, resultFor(message, 'T2', ['FT4^FT4^L|15.0|pmol/L|12-22|']))
    const { conclusion, sent } = await detail(id)
    expect([conclusion, sent.map(({ state, values }) => [state, values[0]?.text])]).toEqual(['TSH 5.40 mIU/L (0.3-4.2) H', [['differs', '15.0'], ['taken', '5.40']]])
    // the same again changes nothing
    await sendResult(port, resultFor(message, 'T3', [TSH]))
    expect([(await detail(id)).conclusion, (await detail(id)).sent[0]?.state]).toEqual([conclusion, 'taken'])
  })
})

describe('what fits nothing', () => {
  it('of an order that was revoked, or that no record can hold, waits for a person and is not sent for ever', async () => {
    const [{ message }, gone] = [await ordered(thyroid), await ordered()]
    await sendResult(port, resultFor(message, 'N1', [`TSH^TSH^L|${'a'.repeat(1_100_000)}|||`]))
    const stored = await clinic.site.parts.store.read(clinic.site.internal, { type: 'ServiceRequest', id: gone.id })
    await clinic.site.parts.store.transact(clinic.site.internal, (tx) => tx.write([{ op: 'update', key: { type: 'ServiceRequest', id: gone.id }, resource: parseJsonObject(stored?.body ?? '').set('status', 'revoked'), expected: stored?.version ?? 0 }]))
    expect([codeOf(await sendResult(port, resultFor(gone.message, 'N2', [K]))), (await quarantine()).slice(0, 2).map(({ reason }) => reason)]).toEqual(['AA', ['order-gone', 'not-storable']])
  })
  it('of several patients is shown part by part under its own, and is assigned only to that one', async () => {
    const { id, message } = await ordered()
    const [head = '', ...rest] = resultFor(message, 'V1', [K]).split('\r').filter((line) => line !== '')
    const other = rest.map((line) => (line.startsWith('PID') ? 'PID|1||BN26000777^^^EMR^MR||Trần^Thị Khác||19700101|F' : line.replace('|5.30|', '|2.10|')))
    await sendResult(port, [head, ...rest, ...other].map((line) => `${line}\r`).join(''))
    const rows = (await quarantine()).filter(({ reason }) => reason === 'several-patients').toSorted((a, b) => a.patient.number.localeCompare(b.patient.number))
    expect(rows.map(({ patient, values }) => [patient.number, patient.name, values[0]?.text])).toEqual([['BN26000001', 'Nguyễn Văn Mẫu', '5.30'], ['BN26000777', 'Trần Thị Khác', '2.10']])
    const assign = (at: number) => bench.post(`/api/device-results/lab/${rows[at]?.id ?? ''}/assign`, { order: id })
    expect([(await assign(1)).status, (await detail(id)).version]).toEqual([422, 1])
    expect([(await assign(0)).status, (await detail(id)).lines.map(({ text }) => text)]).toEqual([200, ['5.30']])
  })
  it('is no value of a field: what was left is named with its reason, and what was rejected is of no order', async () => {
    const { id, message } = await ordered()
    ok(await bench.put(`/api/work-lists/lab/orders/${id}/results`, { version: 1, values: [{ code: '2823-3', text: '4.00' }], conclusion: '', release: false }))
    await sendResult(port, resultFor(message, 'L1', [NA.replace('mmol/L', 'mg/dL'), K, CL.replace('|100|', '|1,100|')]))
    const [row] = await quarantine()
    ok(await bench.post(`/api/device-results/lab/${row?.id ?? ''}/assign`, { order: id }))
    expect((await detail(id)).sent.map(({ state, values }) => [state, values.map(({ analyte, reason }) => analyte ?? reason)])).toEqual([['differs', ['unknown-unit', '2823-3', 'not-a-number']]])
    await sendResult(port, resultFor(message, 'L2', [K.replace('5.30', '9.90')], { pid: (line) => line.replace('BN26000001', 'SAI') }))
    const [wrong] = await quarantine()
    expect((await bench.post(`/api/device-results/lab/${wrong?.id ?? ''}/reject`, { reason: 'Nhầm người bệnh' })).status).toBe(204)
    expect(JSON.stringify((await detail(id)).sent)).not.toContain('9.90')
  })
  it('waits with its reason and changes nothing: another person, another unit, no order, a document, no message at all', async () => {
    const { id, message } = await ordered()
    const reasons = async (...texts: readonly string[]): Promise<unknown[]> => { for (const text of texts) expect(codeOf(await sendResult(port, text))).toMatch(/AA|AR/); return (await quarantine()).slice(0, texts.length).toReversed().map(({ reason }) => reason) }
    expect(await reasons(
      resultFor(message, 'Q1', [K], { pid: (line) => line.replace('BN26000001', 'BN26000002') }), resultFor(message, 'Q2', [K], { pid: (line) => line.replace('Nguyễn^Văn Mẫu', 'Trần^Thị Khác') }),
      resultFor(message, 'Q3', [K.replace('mmol/L', 'mg/dL')]), resultFor(message, 'Q4', [K]).replaceAll(id, 'khong-co').replace(/SPM.*/, ''), resultFor(message, 'Q5', ['PDF^^L|x|||']).replace('|TX|', '|ED|'), 'không phải HL7\r',
    )).toEqual(['patient-number', 'patient-name', 'unknown-unit', 'no-order', 'embedded-document', 'unreadable'])
    const many = `${resultFor(message, 'Q6', [K])}${'OBR|2|x\r'.repeat(2_500)}`
    expect(await reasons(many)).toEqual(['too-many'])
    // a long message is not loaded for the list, and is whole when it is opened
    const [long] = await quarantine()
    expect(long?.values).toEqual([])
    expect(ok<QuarantineRow>(await bench.get(`/api/device-results/lab/${long?.id ?? ''}`)).values.map(({ text }) => text)).toEqual(['5.30'])
    expect((await bench.post(`/api/device-results/lab/${long?.id ?? ''}/assign`, { order: id })).status).toBe(422)
    // the body stands once, with the first part
    await sendResult(port, `${resultFor(message, 'Q8', [NA]).replaceAll(id, 'khong-co').replace(/SPM.*/, '')}OBR|2|khong-co\rOBX|1|NM|2823-3^Kali^LN||4.40|mmol/L|||||F\r`)
    expect((await quarantine()).slice(0, 2).map(({ values }) => values[0]?.text).toSorted()).toEqual(['141', '4.40'])
    expect((await detail(id)).version).toBe(1)
    expect((await quarantine('imaging', imaging))).toEqual([])
    expect((await imaging.get('/api/device-results/lab')).status).toBe(403)
    expect((await clinic.doctor.get('/api/device-results/lab')).status).toBe(403)
  })
  it('is assigned by a person to the order that they choose, with what does not fit left and named, or rejected with a reason', async () => {
    const { id, message, accession } = await ordered()
    await sendResult(port, resultFor(message, 'Q7', [K, 'XX^Lạ^L|1|mmol/L||'], { pid: (line) => line.replace('BN26000001', 'SAI') }))
    const [row] = await quarantine()
    expect(row).toMatchObject({ reason: 'patient-number', order: id, patient: { number: 'SAI', name: 'Nguyễn Văn Mẫu' } })
    expect(ok<readonly WorkRow[]>(await bench.get(`/api/device-results/lab/orders?number=${accession}`)).map(({ order: found }) => found)).toEqual([id])
    expect((await clinic.site.parts.audit.find({ interaction: 'work-list', count: 1 }))[0]).toMatchObject({ detail: accession, patient: PATIENT.id })
    expect(ok<Assigned>(await bench.post(`/api/device-results/lab/${row?.id ?? ''}/assign`, { order: id }))).toEqual({ left: ['XX'] })
    expect((await detail(id)).lines.map(({ text }) => text)).toEqual(['5.30'])
    expect((await bench.post(`/api/device-results/lab/${row?.id ?? ''}/assign`, { order: id })).status).toBe(404)
    const [next] = await quarantine()
    expect((await bench.post(`/api/device-results/lab/${next?.id ?? ''}/reject`, {})).status).toBe(400)
    expect((await bench.post(`/api/device-results/lab/${next?.id ?? ''}/reject`, { reason: 'Mẫu kiểm chuẩn' })).status).toBe(204)
    expect((await quarantine()).some(({ id: open }) => open === next?.id)).toBe(false)
    expect((await clinic.site.parts.audit.find({ interaction: 'device-reject', count: 1 }))[0]).toMatchObject({ detail: `${next?.id ?? ''}: Mẫu kiểm chuẩn` })
    // what a person closed keeps who did and why, also when its specimen is given back
    ok(await bench.post(`/api/work-lists/lab/orders/${id}/return`, { version: (await detail(id)).row.version, reason: 'clotted', words: '', again: true }))
    expect((await clinic.site.database.pool.query('select state, order_id, note from device_message where id = $1', [row?.id])).rows).toEqual([{ state: 'closed', order_id: '', note: 'XX' }])
  })
})

describe('the door', () => {
  it('answers others beside a half message, noise and too much, and refuses what is no result for us', async () => {
    const { message } = await ordered()
    const half = callWith(port, Buffer.from('\u000bMSH|^~'), { frames: 1 })
    void half.catch(() => undefined)
    expect(await callWith(port, Buffer.alloc(80_000, 'x'))).toEqual([])
    expect(await callWith(port, Buffer.concat([Buffer.of(0x0b), Buffer.alloc(3_000_000, 'x')]))).toEqual([])
    const text = resultFor(message, 'D1', [K])
    const two = await callWith(port, Buffer.concat([toFrame(text), Buffer.from('rác'), toFrame(text.replace('|D1|', '|D2|'))]), { frames: 2, pieces: 7 })
    expect(two.map((ack) => [codeOf(ack), /MSA\|AA\|(\w+)/.exec(ack)?.[1]])).toEqual([['AA', 'D1'], ['AA', 'D2']])
    const all = await Promise.all(Array.from({ length: 3 }, (_, at) => sendResult(port, text.replace('|D1|', `|E${at}|`))))
    expect(all.map(codeOf)).toEqual(Array.from({ length: 3 }, () => 'AA'))
    const refused = await Promise.all([text.replace('ORU^R01', 'ADT^A01'), text.replace('|P|2.5.1', '|T|2.5.1'), text.replace('|P|2.5.1', '|P|3.0'), text.replace('|MAY|', '|LA|')].map((each) => sendResult(port, each)))
    expect(refused.map(codeOf)).toEqual(['AR', 'AR', 'AR', 'AR'])
    expect(warnings.join()).not.toMatch(/Nguyễn|BN26/)
    expect((await page()).turned.find(({ device }) => device === 'Máy sinh hóa 1')?.count).toBeGreaterThan(2)
  })
})

describe('orders that wait', () => {
  it('go out in order when the device accepts again, and the administrator sees why they waited, sends one again and gives one up', async () => {
    analyser.answer = 'AE'
    const [first, second] = [await order(electrolytes), await order(electrolytes)]
    for (const id of [first, second]) ok<Received>(await bench.post('/api/work-lists/lab/receive', { orders: [id] }))
    await vi.waitFor(async () => expect((await page()).devices[0]).toMatchObject({ name: 'Máy sinh hóa 1', waiting: 2, lastError: 'AE 207' }), { timeout: 8_000 })
    const before = analyser.orders.length
    analyser.answer = 'AA'
    await vi.waitFor(async () => expect((await page()).devices[0]).toMatchObject({ waiting: 0 }), { timeout: 12_000 })
    expect(analyser.orders.slice(before).map((text) => [first, second].findIndex((id) => text.includes(id)))).toEqual([0, 1])
    const [sent] = (await page()).orders
    expect((await admin.post('/api/admin/devices/replay', { id: sent?.id })).status).toBe(204)
    await vi.waitFor(() => expect(analyser.orders.length).toBe(before + 3), { timeout: 8_000 })
    // a later message of the order stands: the old one would undo it
    expect((await admin.post('/api/admin/devices/replay', { id: sent?.id })).status).toBe(409)
    expect((await clinic.site.parts.audit.find({ interaction: 'device-replay', count: 1 }))[0]).toMatchObject({ resourceId: second, patient: PATIENT.id, detail: sent?.id })
    analyser.answer = 'silent'
    const newest = (await page()).orders.find(({ superseded, state }) => state === 'done' && !superseded)
    expect((await admin.post('/api/admin/devices/replay', { id: newest?.id })).status).toBe(204)
    const waiting = (await page()).orders.find(({ state }) => state === 'waiting')
    expect((await admin.post('/api/admin/devices/skip', { id: waiting?.id })).status).toBe(204)
    expect((await page()).devices[0]).toMatchObject({ waiting: 0 })
    expect((await clinic.site.parts.audit.find({ interaction: 'device-skip', count: 1 }))[0]).toMatchObject({ resourceId: second, patient: PATIENT.id, detail: waiting?.id })
    // refused for good: it is put aside, the next goes out, and both sides are told
    analyser.answer = 'AR'
    const unknown = await order(electrolytes)
    ok<Received>(await bench.post('/api/work-lists/lab/receive', { orders: [unknown] }))
    await vi.waitFor(async () => expect((await page()).devices[0]).toMatchObject({ waiting: 0, refused: 1, lastError: 'AR' }), { timeout: 8_000 })
    expect(ok<QuarantineList>(await bench.get('/api/device-results/lab')).refused).toEqual([{ device: 'Máy sinh hóa 1', count: 1 }])
    analyser.answer = 'AA'
    await ordered()
    expect((await admin.post('/api/admin/devices/replay', { id: (await page()).orders.find(({ state }) => state === 'refused')?.id })).status).toBe(204)
    await vi.waitFor(() => expect(analyser.orders.some((text) => text.includes(unknown))).toBe(true), { timeout: 8_000 })
    expect((await page()).devices[0]).toMatchObject({ refused: 0 })
    expect(JSON.stringify(await page())).not.toMatch(/Nguyễn|BN26/)
    expect((await bench.get('/api/admin/devices')).status).toBe(403)
  })
  it('of imaging tell the RIS of an order that is filed and of one that is taken off, and take its report', async () => {
    const id = await order(xray, 'imaging')
    const filed = await vi.waitFor(() => { const found = ris.orders.find((text) => text.includes(id)); if (found === undefined) throw new Error('not sent'); return found }, { timeout: 8_000 })
    expect([/ORC\|(\w\w)/.exec(filed)?.[1], filed.includes(imagingAccession(id))]).toEqual(['NW', true])
    ok(await imaging.post('/api/work-lists/imaging/receive', { orders: [id] }))
    expect(codeOf(await sendResult(port, resultFor(filed, 'I1', ['GDT^Kết luận^L|Tim phổi bình thường|||']).replace('|MAY|', '|RIS|')))).toBe('AA')
    expect(ok<WorkDetail>(await imaging.get(`/api/work-lists/imaging/orders/${id}`))).toMatchObject({ row: { state: 'preliminary', accession: imagingAccession(id) }, conclusion: 'Tim phổi bình thường' })
    // the record has it over all visits, as not released, for whoever may open it
    expect(ok<ChartImages>(await clinic.doctor.get(`/api/patients/${PATIENT.id}/images`)).images.find(({ report }) => report === id)).toMatchObject({ test: xray[1], state: 'preliminary', conclusion: 'Tim phổi bình thường', accession: imagingAccession(id), encounter })
    expect([(await clinic.stranger.get(`/api/patients/${PATIENT.id}/images`)).status, (await imaging.get(`/api/patients/${PATIENT.id}/images`)).status]).toEqual([403, 403])
    const gone = await order(xray, 'imaging')
    await vi.waitFor(() => expect(ris.orders.some((text) => text.includes(gone))).toBe(true), { timeout: 8_000 })
    await clinic.site.parts.store.transact(clinic.site.internal, (tx) => tx.write([{ op: 'delete', key: { type: 'ServiceRequest', id: gone } }]))
    await vi.waitFor(() => expect(ris.orders.filter((text) => text.includes(gone)).map((text) => /ORC\|(\w\w)/.exec(text)?.[1])).toEqual(['NW', 'CA']), { timeout: 8_000 })
  })
})
