/** Signatures that a crash cut short were counted as wrong PINs: ten of them locked the key of a doctor who had never mistyped. Found by killing the server under load. */
import { randomUUID } from 'node:crypto'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createIds } from '#api/model/ids.ts'
import type { SigningKeyStore } from '#api/model/signing-keys.ts'
import { createSoftKeySigner } from '#api/signing/soft-key.ts'
import { createSigningKeyStore } from '#api/store/people/signing-keys.ts'
import { testDatabase, type TestDatabase } from '#test/support/database.ts'
import { DOCTOR, HOSPITAL } from '#test/support/signing.ts'

const PIN = '280719'
let site: TestDatabase
let secrets: string
let keys: SigningKeyStore
let at = new Date('2026-11-02T08:00:00Z')
const clock = { now: () => at }

beforeAll(async () => {
  site = await testDatabase()
  secrets = fs.mkdtempSync(path.join(os.tmpdir(), 'emr-keys-'))
  keys = createSigningKeyStore({ database: await site.open(900), clock, ids: createIds(clock) })
})
afterAll(async () => {
  await site.close()
  fs.rmSync(secrets, { recursive: true })
})

test('attempts that nobody judged hold back the next ones for half a minute, and lock nothing', async () => {
  const signer = await createSoftKeySigner({ tenant: 900, hospital: async () => HOSPITAL, secrets, keys, clock, ids: createIds(clock) })
  const account = randomUUID()
  await signer.admit(account, DOCTOR)
  await signer.enrol(account, PIN)
  const open = await Promise.all(Array.from({ length: 12 }, () => keys.attempt(account)))
  expect(open.filter((answer) => answer === 'busy')).toHaveLength(2)
  await expect(signer.open(account, PIN)).rejects.toMatchObject({ code: 'overloaded' })
  expect(await signer.keyInfo(account)).toMatchObject({ state: 'active' })
  at = new Date(at.getTime() + 31_000)
  expect((await signer.open(account, PIN)).evidence.account).toBe(account)
})

test('an attempt that was judged late still counts', async () => {
  const signer = await createSoftKeySigner({ tenant: 900, hospital: async () => HOSPITAL, secrets, keys, clock, ids: createIds(clock) })
  const account = randomUUID()
  await signer.admit(account, DOCTOR)
  await signer.enrol(account, PIN)
  const slow = await keys.attempt(account)
  at = new Date(at.getTime() + 60_000)
  await expect(signer.open(account, '999990')).rejects.toMatchObject({ code: 'pin-wrong' })
  if (slow === undefined || slow === 'locked' || slow === 'busy') throw new Error('no attempt')
  expect(await keys.failed(slow)).toBe(8)
})
