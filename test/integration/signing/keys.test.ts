/** A person's key is the person's: wrong PINs are counted one by one and lock the key, a lost PIN means a new key, and nobody who reads the database can sign. */
import { randomUUID } from 'node:crypto'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Signer, SigningKeyInfo } from '#api/model/ports.ts'
import { createIds, systemClock } from '#api/model/ids.ts'
import { createSoftKeySigner, type SoftKeySigner } from '#api/signing/soft-key.ts'
import { createSigningKeyStore } from '#api/store/people/signing-keys.ts'
import { TEST_PASSWORD, TEST_PIN } from '#test/support/app.ts'
import { ok, testClinic, type Clinic } from '#test/support/clinic.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { DOCTOR, HOSPITAL, samplePdf } from '#test/support/signing.ts'
import type { SigningPreview } from '#api/model/site.ts'

const PIN = '280719'
let databases: TestDatabase
let secrets: string
let signer: SoftKeySigner
const makeSigner = async (folder: string): Promise<SoftKeySigner> => {
  const database = await databases.open(900)
  return createSoftKeySigner({ tenant: 900, hospital: async () => HOSPITAL, secrets: folder, keys: createSigningKeyStore({ database, clock: systemClock, ids: createIds(systemClock) }), clock: systemClock, ids: createIds(systemClock), demoPin: '111111' })
}
const enrolled = async (): Promise<string> => {
  const account = randomUUID()
  await signer.admit(account, DOCTOR)
  await signer.enrol(account, PIN)
  return account
}
const codeOf = (work: Promise<unknown>): Promise<string> => work.then(() => 'fine', (error: unknown) => (error instanceof Error && 'code' in error ? String(error.code) : String(error)))

beforeAll(async () => {
  databases = await testDatabase({ tenants: [900] })
  secrets = fs.mkdtempSync(path.join(os.tmpdir(), 'emr-keys-'))
  signer = await makeSigner(secrets)
})
afterAll(async () => {
  await databases.close()
  fs.rmSync(secrets, { recursive: true })
})

describe('a signing key', () => {
  it('is made by its holder alone, after an administrator has admitted the person', async () => {
    const account = randomUUID()
    expect(await signer.keyInfo(account)).toEqual({ state: 'none' })
    expect(await codeOf(signer.enrol(account, PIN))).toBe('key-not-allowed')
    await signer.admit(account, DOCTOR)
    expect(await signer.keyInfo(account)).toEqual({ state: 'admitted' })
    expect(await codeOf(signer.enrol(account, '123456'))).toBe('weak-pin')
    const made = await signer.enrol(account, PIN)
    expect(made).toMatchObject({ state: 'active', certificateSerial: expect.stringMatching(/^[0-9a-f]{32}$/) })
    expect(await codeOf(signer.enrol(account, PIN))).toBe('key-exists')
  })

  it('takes the PIN that the demo prints, whatever it is', async () => {
    const account = randomUUID()
    await signer.admit(account, DOCTOR)
    expect(await signer.enrol(account, '111111')).toMatchObject({ state: 'active' })
  })

  it('locks at the tenth wrong PIN, and then does not open for the right one', async () => {
    const account = await enrolled()
    const lefts: unknown[] = []
    for (let i = 0; i < 9; i++) await signer.open(account, '999990').catch((error: { code: string; detail: { left: number } }) => lefts.push(error.code, error.detail.left))
    expect(lefts.filter((left) => typeof left === 'number')).toEqual([9, 8, 7, 6, 5, 4, 3, 2, 1])
    expect(await codeOf(signer.open(account, '999990'))).toBe('key-locked')
    expect(await codeOf(signer.open(account, PIN))).toBe('key-locked')
    expect(await signer.keyInfo(account)).toMatchObject({ state: 'locked' })
  })

  it('counts wrong PINs that come at once, and never lets more than ten be tried', async () => {
    const account = await enrolled()
    const answers = await Promise.all(Array.from({ length: 40 }, () => codeOf(signer.open(account, '999990'))))
    const judged = answers.filter((answer) => answer !== 'overloaded')
    expect(judged.filter((answer) => answer === 'pin-wrong')).toHaveLength(9)
    expect(judged.filter((answer) => answer === 'key-locked')).toHaveLength(judged.length - 9)
    expect(judged.length).toBeGreaterThan(9)
    expect((await databases.asOwner(900, 'select failures from signing_key where tenant = 900 and account = $1', [account])).rows[0]).toEqual({ failures: 10 })
  })

  it('counts wrong PINs, and starts again after the right one', async () => {
    const account = await enrolled()
    for (let i = 0; i < 5; i++) await codeOf(signer.open(account, '999990'))
    expect((await databases.asOwner(900, 'select failures from signing_key where tenant = 900 and account = $1', [account])).rows[0]).toEqual({ failures: 5 })
    await signer.open(account, PIN)
    expect((await databases.asOwner(900, 'select failures from signing_key where tenant = 900 and account = $1', [account])).rows[0]).toEqual({ failures: 0 })
  })

  it('is replaced by a new one when the PIN is lost: the old certificate is revoked, the private key erased, what it signed stays valid', async () => {
    const account = await enrolled()
    const before = await signer.keyInfo(account)
    const at = new Date()
    const signed = await (await signer.open(account, PIN)).signPdf(await samplePdf(), { box: { page: 0, rect: [330, 60, 560, 110] }, reason: 'Ký', location: 'Hà Nội', at })
    await new Promise((resolve) => setTimeout(resolve, 1100))
    const after = await signer.replace(account, '904128')
    expect(after.state).toBe('active')
    expect(after.certificateSerial).not.toBe(before.certificateSerial)
    expect(await codeOf(signer.open(account, PIN))).toBe('pin-wrong')
    const { rows } = await databases.asOwner(900, 'select sealed, revoked_reason from signing_key where tenant = 900 and serial = $1', [before.certificateSerial])
    expect(rows[0]).toEqual({ sealed: null, revoked_reason: 'replaced by its holder' })
    expect(await signer.verifyPdf(signed)).toMatchObject({ valid: true, certificateSerial: before.certificateSerial })
    const trust = await signer.trust()
    expect(trust[0]?.revoked.map(({ serial }) => serial)).toContain(before.certificateSerial)
  })

  it('is taken back by an administrator, with the admission', async () => {
    const account = await enrolled()
    await signer.revoke(account, 'chuyển công tác')
    expect(await signer.keyInfo(account)).toEqual({ state: 'revoked' })
    expect(await codeOf(signer.open(account, PIN))).toBe('key-missing')
    expect(await codeOf(signer.replace(account, '904128'))).toBe('key-not-allowed')
    await signer.admit(account, DOCTOR)
    expect((await signer.enrol(account, '904128')).state).toBe('active')
  })

  it('opens nothing without the secrets folder, even with the PIN, and does not count that as a wrong PIN for ever', async () => {
    const account = await enrolled()
    const elsewhere = fs.mkdtempSync(path.join(os.tmpdir(), 'emr-keys-'))
    const thief = await makeSigner(elsewhere)
    expect(await codeOf(thief.open(account, PIN))).toMatch(/secrets folder/)
    fs.rmSync(elsewhere, { recursive: true })
    expect((await signer.open(account, PIN)).evidence.account).toBe(account)
  })

  it('cannot be moved to another account by somebody who writes in the database', async () => {
    const [victim, thief] = [await enrolled(), await enrolled()]
    await signer.replace(thief, '904128')
    await databases.asOwner(900, `update signing_key set sealed = (select sealed from signing_key where tenant = 900 and account = $1 and revoked_at is null) where tenant = 900 and account = $2 and revoked_at is null`, [thief, victim])
    expect(await codeOf(signer.open(victim, '904128'))).toBe('pin-wrong')
  })

  it('refuses to sign what the strict verifier would refuse', async () => {
    const key = await signer.open(await enrolled(), PIN)
    const active = Buffer.from((await samplePdf()).toString('latin1').replace('/ViewerPreferences', '/OpenAction       '), 'latin1')
    expect(await codeOf(key.signPdf(active, { box: { page: 0, rect: [330, 60, 560, 110] }, reason: 'Ký', location: 'Hà Nội', at: new Date() }))).toBe('signature-failed')
  })
})

describe('at the hospital', () => {
  let clinic: Clinic
  beforeAll(async () => { clinic = await testClinic() })
  afterAll(() => clinic.close())

  it('ten wrong PINs lock the key and nothing is stored; a new key after the password signs again', async () => {
    const encounter = await clinic.arrive()
    const bundle = await clinic.reference(encounter)
    const { preview } = ok<SigningPreview>(await clinic.doctor.post(`/api/visits/${encounter}/preview`, { bundle }))
    const sign = (pin: string) => clinic.doctor.post(`/api/visits/${encounter}/sign`, { preview, pin })
    for (let i = 9; i > 0; i--) expect((await sign('999990')).json(), `${i} left`).toMatchObject({ code: 'pin-wrong', left: i })
    expect((await sign('999990')).json()).toMatchObject({ code: 'key-locked' })
    expect((await sign(TEST_PIN)).status).toBe(423)
    const stored = await clinic.site.databases.asOwner(900, `select (select count(*) from document where tenant = 900)::int4 as documents,
      (select count(*) from audit_log where tenant = 900 and interaction = 'sign' and outcome = 'refused')::int4 as refused`)
    expect(stored.rows[0]).toEqual({ documents: 0, refused: 11 })

    expect((await clinic.doctor.get('/api/signing-key')).json<SigningKeyInfo>().state).toBe('locked')
    expect((await clinic.doctor.post('/api/signing-key/replacement', { pin: '904128', password: 'sai mật khẩu' })).status).toBe(401)
    expect((await clinic.doctor.post('/api/signing-key/replacement', { pin: '904128', password: TEST_PASSWORD })).json<SigningKeyInfo>().state).toBe('active')
    expect((await sign('904128')).status).toBe(200)
  })

  it('only doctors have a key, and only who is admitted may make one', async () => {
    expect((await clinic.nurse.get('/api/signing-key')).status).toBe(403)
    expect((await clinic.stranger.post('/api/signing-key', { pin: PIN })).json()).toMatchObject({ code: 'key-not-allowed' })
  })

  it('one review signed five times at once is signed once', async () => {
    const encounter = await clinic.arrive()
    const { preview } = ok<SigningPreview>(await clinic.doctor.post(`/api/visits/${encounter}/preview`, { bundle: await clinic.reference(encounter) }))
    const answers = await Promise.all(Array.from({ length: 5 }, () => clinic.doctor.post(`/api/visits/${encounter}/sign`, { preview, pin: '904128' })))
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1)
    const { rows } = await clinic.site.databases.asOwner(900, 'select 1 from document where tenant = 900 and encounter = $1', [encounter])
    expect(rows).toHaveLength(2)
  })
})

/** The port is what the provider promises. */
const _port = (given: SoftKeySigner): Signer => given
