/** The PACS as the record asks it: real sockets, a stand-in that can be sick or hostile, and what is read of its answers. */
import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { isUid, toDatasets, toSeries, toStudies } from '#api/dicomweb/dicom-json.ts'
import { createPacs } from '#api/dicomweb/pacs.ts'
import { createPacsCaller, type CallOptions } from '#api/dicomweb/pacs-call.ts'
import { parseCredentials, parsePacs } from '#api/dicomweb/pacs-file.ts'
import { kindOf } from '#api/dicomweb/picture-kind.ts'
import { strangeness } from '#api/http/picture-persons.ts'
import { systemClock } from '#api/model/ids.ts'
import { Outcome } from '#api/model/outcome.ts'
import type { Pacs } from '#api/model/pictures.ts'
import { makeStudy, startPacs, type FakePacs, type Mood } from '#test/support/pacs.ts'
import { drawPhantom } from '#test/support/phantom.ts'

const study = makeStudy({ accession: 'HA0000000001', patientId: 'BN26000001', patientName: 'NGUYEN^VAN MAU', birthDate: '19850302' })
const at = { study: study.uid, series: '1.2.826.0.1.900.1.1', instance: '1.2.826.0.1.900.1.1.3' }
let fake: FakePacs
let closers: (() => void)[] = []
const open = (more: Partial<CallOptions> = {}, times = { search: 20_000, picture: 20_000 }): Pacs => {
  const caller = createPacsCaller({ base: new URL(fake.url), atOnce: 4, waiting: 4, ...more })
  closers.push(() => caller.close())
  return createPacs({ name: 'PACS', address: fake.url, caller, clock: systemClock, times })
}
/** Code and reason of what was thrown. */
const failure = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work
    return 'nothing'
  } catch (error) {
    return error instanceof Outcome ? `${error.code} ${error.detail.diagnostics ?? ''}` : String(error)
  }
}

beforeAll(async () => { fake = await startPacs({ size: 64 }) })
beforeEach(() => { fake.studies.splice(0, fake.studies.length, study); fake.asked.length = 0; fake.headers.length = 0; fake.mood = 'well'; fake.delay = 0 })
afterAll(async () => {
  for (const close of closers) close()
  closers = []
  await fake.close()
})

describe('a PACS', () => {
  it('is asked for studies by accession number, for series in their order, and for pictures of one frame or several', async () => {
    const pacs = open()
    expect(await pacs.findStudies({ accession: 'HA0000000001' })).toEqual({ asked: true, full: false, studies: [{ uid: study.uid, accession: 'HA0000000001', date: '2026-11-22', description: 'X-quang ngực, CT', patient: { id: 'BN26000001', name: 'NGUYEN VAN MAU', birthDate: '1985-03-02' } }] })
    const { series, cut } = await pacs.readSeries(study.uid)
    // the report of the dose is no picture; the stand-in sends instances backwards
    expect([cut, series.map(({ modality, instances }) => [modality, instances.length, instances[0]?.uid, instances[0]?.frames])]).toEqual([false, [['CT', 12, `${at.series}.1`, 1], ['XA', 1, '1.2.826.0.1.900.1.2.1', 4]]])
    const plain = await pacs.readPicture(at)
    expect([plain.type, kindOf(plain.bytes)?.width]).toEqual(['image/png', 64])
    const windowed = await pacs.readPicture({ ...at, frame: 2, series: '1.2.826.0.1.900.1.2', instance: '1.2.826.0.1.900.1.2.1', window: { center: -600, width: 1500 } })
    expect(Buffer.from(windowed.bytes).equals(Buffer.from(plain.bytes))).toBe(false)
    expect(fake.asked.slice(-2)).toEqual([`/dicom-web/studies/${at.study}/series/${at.series}/instances/${at.instance}/rendered`, '/dicom-web/studies/1.2.826.0.1.900.1/series/1.2.826.0.1.900.1.2/instances/1.2.826.0.1.900.1.2.1/frames/2/rendered?window=-600%2C1500%2Clinear'])
    expect(fake.headers.at(-1)).toMatchObject({ accept: 'image/jpeg', 'accept-encoding': 'identity' })
    expect(pacs.state().lastAnswer).toMatch(/^20/)
  })
  it('that answers everything it has is believed only in what was asked for', async () => {
    fake.mood = 'everything'
    fake.studies.push(makeStudy({ accession: 'HA0000000002', patientId: 'X', patientName: 'X', birthDate: '' }, '1.2.3'))
    const found = await open().findStudies({ accession: 'HA0000000001' })
    expect([found.studies.map(({ uid }) => uid), found.full]).toEqual([[study.uid], false])
    expect([await open().findStudies({ accession: 'HA*' }), await open().findStudies({ study: '..' })]).toEqual([{ studies: [], asked: false, full: false }, { studies: [], asked: false, full: false }])
    // twenty of it: what was asked for may be among the rest
    fake.studies.splice(0, 1, ...Array.from({ length: 20 }, (_, nth) => makeStudy({ accession: 'X', patientId: 'X', patientName: 'X', birthDate: '' }, `1.2.${nth + 4}`)))
    expect(await open().findStudies({ accession: 'HA0000000001' })).toEqual({ studies: [], asked: true, full: true })
  })
  it.each<[Mood, string]>([
    ['html', 'pacs-unfit not-a-picture'], ['liar', 'pacs-unfit not-a-picture'], ['huge', 'pacs-unreachable too-large'], ['truncated', 'pacs-unreachable connection'], ['zipped', 'pacs-unreachable status'],
    ['redirect', 'pacs-unreachable redirect'], ['slow', 'pacs-unreachable timeout'], ['unauthorized', 'pacs-unreachable credentials'],
  ])('that is %s gives no picture, and a name for it', async (mood, wanted) => {
    fake.mood = mood
    const pacs = open({}, ...(mood === 'slow' ? [{ search: 250, picture: 250 }] : []))
    expect(await failure(pacs.readPicture(at))).toBe(wanted)
    expect(pacs.state().lastError).toBe(wanted.split(' ')[1])
    // a redirect is an answer like another: nobody goes there
    expect(fake.asked.length).toBe(1)
  })
  it('that is slow with every picture keeps a bounded number waiting and turns the rest away at once', async () => {
    fake.delay = 200
    const pacs = open({ atOnce: 2, waiting: 1 })
    const answers = await Promise.all(Array.from({ length: 5 }, () => failure(pacs.readPicture(at))))
    expect(answers.toSorted()).toEqual(['nothing', 'nothing', 'nothing', 'pacs-unreachable busy', 'pacs-unreachable busy'])
  })
  it('that is not heard of has its time from the question on, and what is given up takes no place', async () => {
    fake.delay = 400
    const pacs = open({ atOnce: 1 }, { search: 20_000, picture: 600 })
    // the second would have its answer after 800
    expect((await Promise.all([failure(pacs.readPicture(at)), failure(pacs.readPicture(at))])).toSorted()).toEqual(['nothing', 'pacs-unreachable timeout'])
    const patient = open({ atOnce: 1 })
    const away = new AbortController()
    const both = [failure(patient.readPicture(at, away.signal)), failure(patient.readPicture(at, away.signal))]
    away.abort()
    expect(await Promise.all(both)).toEqual(['pacs-unreachable timeout', 'pacs-unreachable timeout'])
    fake.delay = 0
    expect([await failure(patient.readPicture(at)), patient.state().lastError]).toEqual(['nothing', undefined])
  })
  it.each<[Mood, string]>([['switching', 'pacs-unreachable connection'], ['nothing', 'pacs-unreachable not-dicom-json'], ['html', 'pacs-unreachable not-dicom-json']])('that is %s has not answered, and keeps no place', async (mood, wanted) => {
    const pacs = open({ atOnce: 1, waiting: 0 })
    fake.mood = mood
    expect(await failure(pacs.findStudies({ accession: 'HA0000000001' }))).toBe(wanted)
    expect(pacs.state()).toMatchObject({ lastError: wanted.split(' ')[1] })
    expect(pacs.state().lastAnswer).toBeUndefined()
    fake.mood = 'well'
    expect(await failure(pacs.findStudies({ accession: 'HA0000000001' }))).toBe('nothing')
  })
  it('that ends an idle connection as it is taken is asked once more', async () => {
    const pacs = open({ atOnce: 1 })
    await pacs.readPicture(at)
    fake.mood = 'reset'
    expect([await failure(pacs.readPicture(at)), fake.asked.length]).toEqual(['nothing', 3])
  })
  it('is not ill because one picture is gone, or because too much was asked', async () => {
    const pacs = open({ atOnce: 1, waiting: 0 })
    expect(await failure(pacs.readPicture({ ...at, instance: '1.2.3' }))).toBe('pacs-unfit not-found')
    fake.delay = 100
    expect((await Promise.all([failure(pacs.readPicture(at)), failure(pacs.readPicture(at))])).toSorted()).toEqual(['nothing', 'pacs-unreachable busy'])
    expect(pacs.state().lastError).toBeUndefined()
  })
  it('that sends half of a list, or is not there, has no studies to show and says why', async () => {
    fake.mood = 'broken-json'
    expect(await failure(open().findStudies({ accession: 'HA0000000001' }))).toBe('pacs-unreachable not-dicom-json')
    expect(await failure(open({ base: new URL('http://127.0.0.1:1/dicom-web') }).findStudies({ accession: 'HA0000000001' }))).toBe('pacs-unreachable refused')
  })
  it('with TLS is believed by the authority of its file alone, and gets its token there', async () => {
    const made = execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', '-', '-out', '-', '-days', '2', '-subj', '/CN=PACS', '-addext', 'subjectAltName=IP:127.0.0.1'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
    const secure = await startPacs({ size: 64, tls: { key: made, cert: made.slice(made.indexOf('-----BEGIN CERTIFICATE')) } })
    secure.studies.push(study)
    const base = new URL(secure.url)
    expect(await failure(open({ base }).findStudies({ accession: 'HA0000000001' }))).toBe('pacs-unreachable certificate')
    expect(secure.asked).toEqual([])
    expect((await open({ base, ca: made, authorization: 'Bearer t0ken' }).findStudies({ accession: 'HA0000000001' })).studies.length).toBe(1)
    expect(secure.headers[0]?.authorization).toBe('Bearer t0ken')
    await secure.close()
  })
})

describe('its file', () => {
  it('names one address without user or query, and every other line is refused', () => {
    expect(parsePacs('{"url":"https://pacs.example:8043/dicom-web"}')).toMatchObject({ name: 'PACS' })
    for (const wrong of ['{', '{}', '{"url":"ftp://x/"}', '{"url":"https://a:b@x/"}', '{"url":"https://x/?y=1"}', '{"url":"https://x/","secret":"y"}']) expect(() => parsePacs(wrong)).toThrow(/^EMR_PACS: /)
  })
  it('takes a password only from a file that nobody else reads, and repeats nothing of it', () => {
    expect(parseCredentials('{"user":"emr","password":"mật khẩu"}', 0o100600)).toBe(`Basic ${Buffer.from('emr:mật khẩu').toString('base64')}`)
    expect(parseCredentials('{"token":"abc"}', 0o100400)).toBe('Bearer abc')
    expect(() => parseCredentials('{"token":"abc"}', 0o100640)).toThrow('chmod 600')
    for (const wrong of ['{"token":"se\\ncret"}', '{"password":"secret"}', 'secret']) expect(() => parseCredentials(wrong, 0o100600)).toThrow(/^(?!.*secret)EMR_PACS: /)
  })
})

describe('what it answers', () => {
  it('is read without an error whatever it is, and gives no UID that is more than digits and dots', () => {
    fc.assert(fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
      const sets = toDatasets(value) ?? []
      for (const { uid } of [...toStudies(sets), ...toSeries('1.2', sets, sets)]) expect(isUid(uid)).toBe(true)
    }))
    expect(['1.2', '..', '.', '1', '1..2', '1.2/../3', '1.2?x', '1.2%2f', ` 1.2`, `1.${'2'.repeat(63)}`, ''].filter(isUid)).toEqual(['1.2'])
  })
  it('has no series or picture that names another study', () => {
    const text = (value: string): object => ({ Value: [value] })
    const [own, other] = ['1.2', '1.3'].map((study) => ({ '0020000D': text(study), '0020000E': text(`${study}.1`), '00080018': text(`${study}.1.1`), '00080060': text('DX') }))
    expect(toSeries('1.2', [own ?? {}, other ?? {}], [own ?? {}, other ?? {}, { ...other, '0020000E': text('1.2.1') }])).toEqual([{ uid: '1.2.1', number: 0, modality: 'DX', description: '', instances: [{ uid: '1.2.1.1', frames: 1 }] }])
  })
  it('is a picture only by its own bytes, and says how large it unfolds', () => {
    const png = drawPhantom({ width: 40, height: 30, at: 1 })
    expect(kindOf(png)).toEqual({ type: 'image/png', width: 40, height: 30 })
    const jpeg = Buffer.from('ffd8ffe000104a46494600010100000100010000ffc0000b08001e0028010111000000', 'hex')
    expect(kindOf(jpeg)).toEqual({ type: 'image/jpeg', width: 40, height: 30 })
    expect([Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), Buffer.from('GIF89a'), png.subarray(0, 20), jpeg.subarray(0, 10), Buffer.from('ffd8ffda', 'hex'), Buffer.alloc(0)].map(kindOf)).toEqual(Array.from({ length: 6 }, () => undefined))
    fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), fc.boolean(), (bytes, jpg) => { kindOf(Uint8Array.of(...(jpg ? [0xff, 0xd8, 0xff] : png.subarray(0, 8)), ...bytes)) }))
  })
  it('is of the patient by number and name, also under the number and name before a merge, and of nobody else', () => {
    const now = { id: 'p2', numbers: ['BN2', 'BN1'], name: 'Nguyễn Văn Mẫu', birthDate: '1985-03-02' }
    const before = { id: 'p1', numbers: ['BN1'], name: 'Nguyễn Mẫu Cũ', birthDate: '1985-02-03' }
    const said = (id: string, name: string, birthDate = ''): ReturnType<typeof strangeness> => strangeness({ id, name, birthDate }, [now, before])
    expect([said('BN2', 'NGUYEN VAN MAU', '1985-03-02'), said('BN1', 'NGUYEN MAU CU', '1985-02-03'), said('BN1', 'Nguyen Van Mau', '1985-03-02')]).toEqual([undefined, undefined, undefined])
    // number of the one and name of the other, where the number never was theirs
    expect([said('BN2', 'NGUYEN MAU CU'), said('BN3', 'NGUYEN VAN MAU'), said('', 'NGUYEN VAN MAU'), said('BN2', '', ''), said('BN2', 'NGUYEN VAN MAU', '1985-03-03')])
      .toEqual(['patient-name', 'patient-number', 'patient-number', 'patient-unnamed', 'patient-birth'])
    expect(strangeness({ id: 'BN2', name: 'Nguyễn Văn Mẫu', birthDate: '' }, [])).toBe('patient-number')
  })
})
