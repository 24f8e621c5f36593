/** HL7 v2 as text: what is read, what is written, and that nothing that comes can break it. */
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { buildAck, readAck } from '#api/hl7v2/acknowledge.ts'
import { decodeMessage } from '#api/hl7v2/decode.ts'
import { deviceFrom, parseDevices, type Device } from '#api/hl7v2/devices.ts'
import { createDeframer, toFrame } from '#api/hl7v2/frames.ts'
import { buildOrderMessage } from '#api/hl7v2/order-message.ts'
import { controlOf, isOrderOf, pauseAfter } from '#api/http/device-orders.ts'
import { openListener } from '#api/hl7v2/listener.ts'
import { readResults } from '#api/hl7v2/result-message.ts'
import { differsFrom } from '#api/hl7v2/same-person.ts'
import { createReader, escapeText, parseMessage, unescapeText, DELIMITERS } from '#api/hl7v2/syntax.ts'
import { takeValues } from '#api/hl7v2/take-values.ts'
import { readAnalytes } from '#api/laboratory/analyte-list.ts'
import { imagingAccession } from '#api/laboratory/imaging-accession.ts'
import type { WorkRow } from '#api/model/results.ts'

const device: Device = { name: 'Máy 1', kind: 'lab', from: [], codes: { K: '2823-3' }, units: { 'MMOL/L': 'mmol/L' } }
const electrolytes = readAnalytes().all.filter(({ code }) => ['2951-2', '2823-3', '2075-0'].includes(code))
const HEAD = 'MSH|^~\\&|MAY|PXN|EMR|BV|20261122083000||ORU^R01^ORU_R01|C1|P|2.5.1||||||UNICODE UTF-8'
const message = (...lines: readonly string[]): string => [HEAD, ...lines].map((line) => `${line}\r`).join('')
const read = (...lines: readonly string[]) => {
  const decoded = decodeMessage(Buffer.from(message(...lines)))
  if (decoded === undefined) throw new Error('no message')
  return readResults(decoded)
}

describe('a message', () => {
  it('gives its fields unescaped, with the delimiters that it declares', () => {
    const own = parseMessage('MSH#*@!%#A\rOBX#1#TX#C##a!S!b!F!c!T!d!R!e!E!f!.br!g!X4142!h!Zx!\r')
    expect(own && createReader(own).text(own.segments[1]?.fields[5] ?? '')).toBe('a*b#c%d@e!f\ngABh!Zx!')
    expect(unescapeText('T\\X e1bb87\\', DELIMITERS)).toBe('T\\X e1bb87\\')
    expect(unescapeText('Bi\\XC3AA\\n', DELIMITERS)).toBe('Biên')
  })
  it('is read back as it was written, whatever the text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => {
      const kept = text.normalize('NFC').replace(/\r\n|\r/g, '\n').replace(/(?!\n)\p{Cc}/gu, ' ')
      expect(unescapeText(escapeText(text), DELIMITERS)).toBe(kept)
    }))
  })
  it('has a verdict for everything that comes, and no error', () => {
    const bits = fc.array(fc.oneof(fc.constantFrom('MSH|^~\\&|', 'PID|', 'OBR|', 'OBX|', 'ORC|', 'SPM|', 'NTE|', '\r', '|', '^', '~', '\\', '&', '\\X', '\\X0', 'ED', 'NM', '\u0000'), fc.string({ unit: 'binary', maxLength: 12 })), { maxLength: 60 }).map((parts) => parts.join(''))
    fc.assert(fc.property(fc.boolean(), bits, (whole, text) => {
      const decoded = decodeMessage(Buffer.from(whole ? message(text) : text))
      if (decoded === undefined) return
      for (const group of readResults(decoded).groups) takeValues(group, electrolytes, device, '')
      expect(buildAck(decoded, { code: 'AR', error: 'message-type' }, { id: 'A', at: '2026-11-22T08:30:00+07:00' })).toContain('MSA|AR')
    }), { numRuns: 500 })
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => { decodeMessage(bytes) }))
  })
  it('is refused where its bytes are not of its character set, or that set is unknown', () => {
    expect(decodeMessage(Buffer.concat([Buffer.from(`${HEAD}\rPID|1||`), Buffer.of(0xff)]))).toBeUndefined()
    expect(decodeMessage(Buffer.from(HEAD.replace('UNICODE UTF-8', 'ISO IR87')))).toBeUndefined()
    const latin = decodeMessage(Buffer.from(message('PID|1||BN1||Pàu', 'OBR|1').replace('UNICODE UTF-8', '8859/1'), 'latin1'))
    expect(latin && readResults(latin).groups[0]?.patient.name).toBe('Pàu')
  })
})

describe('frames', () => {
  it('are found however they are cut, with noise between them counted', () => {
    fc.assert(fc.property(fc.array(fc.string({ minLength: 1 }).filter((text) => !/[\u000b\u001c]/.test(text)), { minLength: 1, maxLength: 4 }), fc.integer({ min: 1, max: 9 }), (texts, size) => {
      const bytes = Buffer.concat(texts.flatMap((text) => [Buffer.from('xx'), toFrame(text)]))
      const deframer = createDeframer()
      const found: string[] = []
      for (let at = 0; at < bytes.length; at += size) found.push(...deframer.take(bytes.subarray(at, at + size)).map(String))
      expect([found, deframer.open, deframer.noise]).toEqual([texts, false, texts.length * 2])
    }))
  })
  it('may hold the end mark where no return follows', () => {
    const deframer = createDeframer()
    const marks = Buffer.alloc(100_000, 0x1c)
    const pieces = vi.spyOn(marks, 'subarray')
    expect([createDeframer().take(Buffer.concat([Buffer.of(0x0b), marks, Buffer.of(0x0d)])).map(({ length }) => length), deframer.take(Buffer.of(0x0b)), deframer.take(marks), deframer.size, pieces.mock.calls.length]).toEqual([[99_999], [], [], 100_000, 1])
    expect(deframer.take(Buffer.of(0x0d)).map(({ length }) => length)).toEqual([99_999])
    expect(deframer.take(Buffer.from('\u000ba\u001cb\u001c')).map(String)).toEqual([])
    expect(deframer.take(Buffer.from('\r')).map(String)).toEqual(['a\u001cb'])
  })
})

describe('a result', () => {
  const OBX = 'OBX|1|NM|2823-3^Kali^LN||5.30|mmol/L|3.5-5.1|H|||F'
  it('tells whose it is, every number of the order, and values with their digits', () => {
    const { groups } = read('PID|1||X9^^^LIS~BN26000001^^^EMR||Nguyễn^Văn Mẫu||19850302|M', 'ORC|RE|order-1', 'OBR|1|order-1|F77|XN1', OBX, 'NTE|1||Tán huyết nhẹ', 'SPM|1|261122-0001', 'OBR|2||F78|XN2', 'OBX|1|TX|T||một~hai\\.br\\ba||||||F')
    expect(groups[0]?.patient).toEqual({ numbers: ['X9', 'BN26000001'], name: 'Nguyễn Văn Mẫu', birthDate: '1985-03-02' })
    expect(groups.map(({ numbers, values, notes }) => [numbers, values.map(({ text, unit, range, flag }) => [text, unit, range, flag]), notes])).toEqual([[['order-1', 'F77', '261122-0001'], [['5.30', 'mmol/L', '3.5-5.1', 'H']], ['Tán huyết nhẹ']], [['F78'], [['một\nhai\nba', '', '', '']], []]])
    const two = read('OBR|0', 'PID|1||A', 'ORC|RE|1', 'OBR|1', 'PID|2||B||Khác', 'NTE|1||của B', 'OBR|2')
    // each under its own person, with nothing of the next
    expect([two.several, two.groups.map(({ patient, notes }) => [patient.numbers, patient.name, notes])]).toEqual([true, [[[], '', []], [['A'], '', []], [['B'], 'Khác', []]]])
    expect(read('OBR|1', 'OBX|1|TX|T||a\\X0C\\b\\X0A\\c\u000bd').groups[0]?.values[0]?.text).toBe('a b\nc d')
  })
  it('is taken by LOINC or the device\'s own codes and units, and otherwise named, never guessed', () => {
    const judged = (...obx: readonly string[]) => { const { values, problems } = takeValues(read('OBR|1', ...obx).groups[0] ?? { code: '', values: [] }, electrolytes, device, ''); return [values.map(({ analyte, text }) => `${analyte.code}=${text}`), problems.map(({ reason }) => reason)] }
    expect(judged(OBX)).toEqual([['2823-3=5.30'], []])
    expect(judged('OBX|1|NM|K^Kali^L||4.10|MMOL/L|||||F')).toEqual([['2823-3=4.10'], []])
    expect(judged(OBX.replace('2823-3^Kali^LN', '2823-3^Kali^L'))).toEqual([[], ['unknown-code']])
    expect(judged(OBX.replace('|mmol/L|', '|mg/dL|'))).toEqual([[], ['unknown-unit']])
    expect(judged(OBX.replace('|mmol/L|', '||'))).toEqual([[], ['unknown-unit']])
    expect(judged(OBX.replace('5.30', '<5.30'))).toEqual([[], ['not-a-number']])
    // a comma may part thousands: 1,250 is not 1.250
    for (const comma of ['4,100', '4,10', '-4.10', '4.', '']) expect(judged(OBX.replace('5.30', comma))).toEqual([[], ['not-a-number']])
    expect(judged(OBX.replace('5.30', '530'))).toEqual([[], ['implausible']])
    expect(judged(OBX.replace(/F$/, 'X'))).toEqual([[], ['value-withdrawn']])
    expect(judged(OBX, OBX.replace('5.30', '4.10'))).toEqual([[], ['repeated-code', 'repeated-code']])
    expect(judged('OBX|1|ED|PDF^^L||^application^pdf^Base64^JVBE||||||F')).toEqual([[], ['embedded-document']])
  })
  it('of an order without a list is words only under the order\'s own code in the laboratory, and each line says what it is', () => {
    const lines = ['OBX|1|NM|TSH^TSH^L||5.40|mIU/L|0.3-4.2|H|||F', 'OBX|2|ST|AMP^Ampicillin^L||R||||||F', 'OBX|3|ST|GEN||S||||||F']
    const words = (kind: Device['kind'], code: string, ...obx: readonly string[]) => { const { words: said, problems } = takeValues(read(`OBR|1|||${code}`, ...obx).groups[0] ?? { code: '', values: [] }, [], { ...device, kind }, 'XN-TSH'); return [said, problems] }
    expect(words('lab', 'XN-TSH^TSH^L', ...lines)).toEqual(['TSH 5.40 mIU/L (0.3-4.2) H\nAmpicillin R\nGEN S', []])
    expect(words('lab', 'XN-K', ...lines)).toEqual(['', [{ reason: 'unknown-code', about: 'XN-K' }]])
    expect(words('lab', '', ...lines)).toEqual(['', [{ reason: 'unknown-code', about: '' }]])
    expect(words('lab', 'XN-TSH', lines[1]?.replace(/F$/, 'X') ?? '')).toEqual(['', [{ reason: 'value-withdrawn', about: 'AMP' }]])
    expect(words('imaging', 'SA-1', 'OBX|1|TX|GDT^Kết luận^L||Tim phổi bình thường||||||F', 'OBX|2|NM|EF^EF^L||60|%|||||F')).toEqual(['Tim phổi bình thường\nEF 60 %', []])
  })
  it('is of the person only with the number, and with nothing that speaks against it', () => {
    const known = { number: 'BN26000001', name: 'Nguyễn Thị Mẫu Dài', birthDate: '1985-03-02' }
    const said = (more: object) => differsFrom({ numbers: ['BN26000001'], name: 'NGUYEN THI MAU DAI', birthDate: '1985-03-02', ...more }, known)
    expect([said({}), said({ name: 'Nguyen Dai' }), said({ name: '' }), said({ birthDate: '' })]).toEqual([undefined, undefined, undefined, undefined])
    expect([said({ numbers: ['BN26000002'] }), said({ name: 'Trần Văn Mẫu' }), said({ name: 'Dài' }), said({ birthDate: '1985-03-03' }), said({ name: '', birthDate: '' })]).toEqual(['patient-number', 'patient-name', 'patient-name', 'patient-birth', 'patient-unnamed'])
    // a number alone, where the record has no birth date to hold against the one that came
    expect(differsFrom({ numbers: ['1'], name: '', birthDate: '1985-03-02' }, { number: '1', name: 'An' })).toBe('patient-unnamed')
    expect(differsFrom({ numbers: [''], name: 'An', birthDate: '' }, { number: '', name: 'An' })).toBe('patient-number')
  })
})

describe('what is sent', () => {
  const row: WorkRow = { order: 'order-1', encounter: 'e', patient: 'p', number: 'BN26000001', name: 'Nguyễn Văn Mẫu', birthDate: '1985-03-02', gender: 'male', code: 'XN1', test: 'Điện giải đồ (Na|K)', urgent: true, ordered: '', department: 'Khoa Khám bệnh', doctor: 'Trần Văn Mẫu', signed: false, state: 'received', version: 1, amended: false, accession: '261122-0001', indication: 'Ho & sốt' }
  it('is an OML^O21 with the specimen for the laboratory and an ORM^O01 with the accession number for imaging', () => {
    const base = { row, id: 'C9', at: '2026-11-22T08:30:00+07:00', hospital: 'Bệnh viện Quân y 900', device: 'Máy 1', tests: [] }
    const lab = buildOrderMessage({ ...base, kind: 'lab', control: 'NW' })
    expect(lab.split('\r').slice(0, 5)).toEqual(['MSH|^~\\&|EMR|Bệnh viện Quân y 900|Máy 1||20261122083000+0700||OML^O21^OML_O21|C9|P|2.5.1||||||UNICODE UTF-8', 'PID|1||BN26000001^^^EMR^MR||Nguyễn^Văn Mẫu||19850302|M', 'PV1|1|O|Khoa Khám bệnh', 'ORC|NW|order-1|||||||20261122083000+0700|||^Trần Văn Mẫu', 'TQ1|1||||||||S'])
    expect(lab).toContain('OBR|1|order-1||XN1^Điện giải đồ (Na\\F\\K)^L|||||||||Ho \\T\\ sốt')
    expect(lab).toContain('SPM|1|261122-0001||USP')
    const imaging = buildOrderMessage({ ...base, kind: 'imaging', control: 'CA' })
    expect(imaging).toMatch(/ORM\^O01\^ORM_O01[^]*ORC\|CA\|order-1[^]*OBR\|1\|order-1\|\|XN1\^[^|]*\|S\|(\|){7}Ho[^|]*\|\|\|\^Trần Văn Mẫu\|\|261122-0001/)
    expect([imagingAccession('order-1').length, imagingAccession('order-1') === imagingAccession('order-2')]).toEqual([14, false])
  })
  it('is accepted only by an answer to its own number', () => {
    const ack = 'MSH|^~\\&|A|B|C|D|2026||ACK|1|P|2.5.1\rMSA|AA|C9\r'
    expect(readAck(ack, 'C9')).toEqual({ code: 'AA', error: '' })
    expect([readAck(ack, 'C8'), readAck('MSA|AA|C9', 'C9'), readAck(ack.replace('AA', 'XX'), 'C9')]).toEqual([undefined, undefined, undefined])
    expect(readAck(`${ack.replace('AA', 'AE')}ERR||PID^1|204^Nguyễn Văn Mẫu\r`, 'C9')).toEqual({ code: 'AE', error: '204' })
  })
})

describe('an order', () => {
  it('of imaging is told while it is an order to act on, and taken back where it was told', () => {
    const [told, back] = ['MSH|\rORC|NW|order-1', 'MSH|\rORC|CA|order-1']
    const of = (status: string, last?: string, intent = 'order', deleted = false): unknown => controlOf({ status, intent, deleted }, last)
    expect([of('active'), of('active', told), of('active', back), of('active', undefined, 'proposal'), of('draft'), of('on-hold')]).toEqual(['NW', 'XO', 'NW', undefined, undefined, undefined])
    expect([of('on-hold', told), of('revoked', told), of('active', told, 'plan'), of('active', told, 'order', true), of('completed', told), of('revoked', back)]).toEqual(['CA', 'CA', 'CA', 'CA', undefined, undefined])
  })
  it('of the laboratory goes to the device that measures it', () => {
    expect([isOrderOf(device, 'XN1', ['2951-2', '2823-3']), isOrderOf(device, 'XN2', ['718-7']), isOrderOf({ ...device, orders: ['XN2'] }, 'XN2', []), isOrderOf({ ...device, orders: [] }, 'XN1', ['2823-3']), isOrderOf({ ...device, codes: {} }, 'XN2', [])]).toEqual([true, false, true, false, true])
  })
  it('waits for a device that was off for a night no longer than fifteen seconds once it is on again', () => {
    expect([0, 1, 3, 4, 2_000].map(pauseAfter)).toEqual([1_000, 2_000, 8_000, 15_000, 15_000])
  })
})

describe('the door', () => {
  it('keeps few connections of an address, and ends the oldest idle one for a new one', async () => {
    const listener = await openListener({ host: '127.0.0.1', port: 0 }, { isKnown: () => true, onMessage: async () => undefined, warn: () => undefined, perAddress: 2 })
    const ended: string[] = []
    const open = async (name: string, bytes: string): Promise<Socket> => {
      const socket = connect(listener.port, '127.0.0.1').on('close', () => ended.push(name)).on('error', () => undefined)
      await once(socket, 'connect')
      if (bytes !== '') socket.write(bytes)
      await setTimeout(40)
      return socket
    }
    const sockets = [await open('at work', '\u000bMSH'), await open('idle', ''), await open('new', '\u000bMSH'), await open('too many', '')]
    await vi.waitFor(() => expect([ended, listener.refused()]).toEqual([['idle', 'too many'], 1]))
    for (const socket of sockets) socket.destroy()
    await listener.close()
  })
})

describe('the file of devices', () => {
  it('is read strictly, and says of two at one address which is which', () => {
    const devices = parseDevices(JSON.stringify({ devices: [{ name: 'A', kind: 'lab', from: ['10.0.0.5'], application: 'COBAS' }, { name: 'B', kind: 'lab', from: ['10.0.0.5'], sendTo: '10.0.0.5:6661' }] }))
    expect(['COBAS', 'other', ''].map((application) => deviceFrom(devices, '10.0.0.5', application)?.name)).toEqual(['A', 'B', 'B'])
    expect(deviceFrom(devices, '10.0.0.6', 'COBAS')).toBeUndefined()
    for (const wrong of ['{', '{"devices":[{"name":"A","kind":"x"}]}', '{"devices":[{"name":"A","kind":"lab","port":1}]}', '{"devices":[{"name":"A","kind":"lab"},{"name":"A","kind":"lab"}]}']) expect(() => parseDevices(wrong)).toThrow(/^EMR_HL7_DEVICES/)
  })
})
