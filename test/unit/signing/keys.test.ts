/** PINs, the vault that keeps a private key under one, and the one accepted form of a signature. */
import { generateKeyPairSync } from 'node:crypto'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { P256_ORDER } from '#api/signing/algorithms.ts'
import { derToRaw, rawToDer, signRaw, verifyRaw } from '#api/signing/ecdsa.ts'
import { openKeyVault } from '#api/signing/key-vault.ts'
import { requirePin } from '#api/signing/pin.ts'

describe('a PIN', () => {
  it.each(['280719', '135790', '0481516', '112358132134'])('%s is accepted', (pin) => { expect(() => requirePin(pin)).not.toThrow() })
  it.each(['', '12345', '123456', '654321', '000000', '111111', '121212', '123123', '135791', '90123456', 'abcdef', '1234567890123', '28 719', '２８０７１９'])('%s is refused', (pin) => {
    expect(() => requirePin(pin)).toThrow(/weak-pin/)
  })
})

describe('the key vault', () => {
  const folder = (): string => fs.mkdtempSync(path.join(os.tmpdir(), 'emr-vault-'))
  const secret = Buffer.from('a private key')

  it('gives the key back for the PIN, and nothing for another', async () => {
    const vault = await openKeyVault(folder())
    const sealed = await vault.seal(secret, '280719', 'key 1')
    expect(await vault.open(sealed, '280719', 'key 1')).toEqual(secret)
    expect(await vault.open(sealed, '280718', 'key 1')).toBeUndefined()
  })

  it('does not open a row that was moved to another key', async () => {
    const vault = await openKeyVault(folder())
    expect(await vault.open(await vault.seal(secret, '280719', 'key 1'), '280719', 'key 2')).toBeUndefined()
  })

  it('opens nothing with the secrets of another site, even with the PIN, and says that it is not the PIN', async () => {
    const sealed = await (await openKeyVault(folder())).seal(secret, '280719', 'key 1')
    await expect((await openKeyVault(folder())).open(sealed, '280719', 'key 1')).rejects.toThrow(/secrets folder/)
  })

  it('never stores the key or the PIN in the clear', async () => {
    const sealed = await (await openKeyVault(folder())).seal(secret, '280719', 'key 1')
    expect(sealed).not.toContain('280719')
    expect(sealed).not.toContain(secret.toString('base64'))
    expect(JSON.parse(sealed)).toMatchObject({ kdf: 'argon2id', memory: expect.toSatisfy((memory: number) => memory >= 46 * 1024) })
  })
})

describe('a signature', () => {
  it('has one form: small s, shortest DER', () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    for (let i = 0; i < 50; i++) {
      const data = Buffer.from(`text ${i}`)
      const raw = signRaw(data, privateKey)
      expect(verifyRaw(data, publicKey, raw)).toBe(true)
      expect(derToRaw(rawToDer(raw)).equals(raw)).toBe(true)
      const other = Buffer.from((P256_ORDER - BigInt(`0x${raw.subarray(32).toString('hex')}`)).toString(16).padStart(64, '0'), 'hex')
      expect(verifyRaw(data, publicKey, Buffer.concat([raw.subarray(0, 32), other]))).toBe(false)
    }
  })
})
