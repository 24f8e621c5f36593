/** Detached JWS over the exact bytes of a text: other tools can check it, and no other spelling of it passes. */
import { flattenedVerify } from 'jose'
import { X509Certificate } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { signText } from '#api/signing/jws.ts'
import { createVerifier } from '#api/signing/verifier.ts'
import { DOCTOR, testAuthority, type TestAuthority, type TestKey } from '#test/support/signing.ts'

const TEXT = '{"resourceType":"Bundle","note":"Nguyễn Văn Mẫu","value":1.10}'
let site: TestAuthority
let doctor: TestKey
let jws: string
beforeAll(async () => {
  site = await testAuthority()
  doctor = await site.issue()
  jws = signText(TEXT, { ...doctor, at: new Date() })
})
afterAll(() => site.remove())
const verify = async (text: string, signature: string) => createVerifier({ trust: () => site.trust() }).verifyText(text, signature)
const header = (): Record<string, unknown> => JSON.parse(Buffer.from(jws.split('.')[0] ?? '', 'base64url').toString()) as Record<string, unknown>
const withHeader = (change: Record<string, unknown>): string => `${Buffer.from(JSON.stringify({ ...header(), ...change })).toString('base64url')}..${jws.split('.')[2]}`

describe('a detached JWS', () => {
  it('is valid over its text, and says by whom', async () => {
    expect(await verify(TEXT, jws)).toMatchObject({ valid: true, signer: DOCTOR.name, tenant: 900, practitioner: DOCTOR.practitioner, certificateSerial: doctor.serial })
  })

  it('is valid for an independent library too', async () => {
    const [encoded = '', , signature = ''] = jws.split('.')
    const done = await flattenedVerify({ protected: encoded, payload: Buffer.from(TEXT).toString('base64url'), signature }, new X509Certificate(doctor.certificate).publicKey, { crit: { sigT: true } })
    expect(done.protectedHeader).toMatchObject({ alg: 'ES256', crit: ['sigT'] })
  })

  it.each([
    ['1.1 for 1.10', TEXT.replace('1.10', '1.1')], ['another form of the same letters', TEXT.normalize('NFD')], ['another order', TEXT.replace('"value":1.10', '').replace('{', '{"value":1.10,')],
    ['a space more', `${TEXT} `], ['a byte order mark', `\ufeff${TEXT}`], ['nothing', ''],
  ])('is invalid over %s', async (_name, text) => {
    expect(await verify(text, jws)).toEqual({ valid: false, reason: 'digest-mismatch' })
  })

  it('is invalid after a change of any character', async () => {
    for (let at = 0; at < jws.length; at++) {
      const other = jws[at] === 'A' ? 'B' : 'A'
      expect((await verify(TEXT, jws.slice(0, at) + other + jws.slice(at + 1))).valid, `character ${at}`).toBe(false)
    }
  })

  it.each<[string, () => string]>([
    ['alg none', () => withHeader({ alg: 'none' })], ['alg HS256', () => withHeader({ alg: 'HS256' })], ['a key of its own', () => withHeader({ jwk: {} })],
    ['a key id', () => withHeader({ kid: '../x' })], ['an unknown crit', () => withHeader({ crit: ['sigT', 'b64'], b64: false })], ['no crit', () => withHeader({ crit: undefined })],
    ['no authority', () => withHeader({ x5c: (header().x5c as string[]).slice(0, 1) })], ['another time', () => withHeader({ sigT: '2026-01-01T00:00:00Z' })],
    ['an attached payload', () => jws.replace('..', `.${Buffer.from(TEXT).toString('base64url')}.`)], ['padding', () => `${jws}=`], ['a list', () => `${Buffer.from('[1]').toString('base64url')}..${jws.split('.')[2]}`],
    ['nothing', () => ''],
  ])('is invalid with %s', async (_name, make) => {
    expect((await verify(TEXT, make())).valid).toBe(false)
  })
})
