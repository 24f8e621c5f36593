/** Signatures and compression of the messages. */
import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { createMessageSigner, messageVerifier as verifier, zstd } from '#api/exchange/envelope.ts'

const pair = () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
  return { privateKey, publicJwk: { kty: 'EC', crv: 'P-256', x, y } as const }
}

describe('a signed message', () => {
  const node = pair()
  const signer = createMessageSigner('h900', node.privateKey)
  const bytes = new TextEncoder().encode('{"decimal":1.10}')

  it('verifies over its exact bytes and names its node', async () => {
    const signature = await signer.signBytes('xp1-batch', bytes)
    expect(signature).toMatch(/^[\w-]+\.\.[\w-]+$/)
    expect(verifier.claimedNode(signature)).toBe('h900')
    await expect(verifier.verifyBytes('xp1-batch', node.publicJwk, bytes, signature)).resolves.toBeUndefined()
  })

  it('is refused with one byte changed, another key, another kind of message, or without the form', async () => {
    const signature = await signer.signBytes('xp1-batch', bytes)
    const changed = bytes.slice()
    changed[3] = 0
    await expect(verifier.verifyBytes('xp1-batch', node.publicJwk, changed, signature)).rejects.toThrow()
    await expect(verifier.verifyBytes('xp1-batch', pair().publicJwk, bytes, signature)).rejects.toThrow()
    await expect(verifier.verifyBytes('xp1-hello', node.publicJwk, bytes, signature)).rejects.toThrow('message-type-mismatch')
    await expect(verifier.verifyBytes('xp1-batch', node.publicJwk, bytes, signature.replace('..', '.YQ.'))).rejects.toThrow('signature-malformed')
    const none = `${Buffer.from('{"alg":"none","typ":"xp1-batch"}').toString('base64url')}..`
    await expect(verifier.verifyBytes('xp1-batch', node.publicJwk, bytes, none)).rejects.toThrow()
    expect(verifier.claimedNode('nonsense')).toBeUndefined()
    expect(verifier.claimedNode(none)).toBeUndefined()
  })

  it('carries a value whole, for one kind only', async () => {
    const compact = await signer.signValue('xp1-receipt', { cursor: 3 })
    await expect(verifier.openValue('xp1-receipt', node.publicJwk, compact)).resolves.toEqual({ cursor: 3 })
    await expect(verifier.openValue('xp1-outcome', node.publicJwk, compact)).rejects.toThrow('message-type-mismatch')
    await expect(verifier.openValue('xp1-receipt', pair().publicJwk, compact)).rejects.toThrow()
  })
})

describe('compression', () => {
  it('gives back the bytes and refuses more than was agreed', async () => {
    const bytes = new TextEncoder().encode('mạch 80, nhiệt độ 37.0; '.repeat(5000))
    const small = await zstd.compress(bytes)
    expect(small.length).toBeLessThan(bytes.length / 50)
    expect(Buffer.compare(await zstd.expand(small, bytes.length), bytes)).toBe(0)
    await expect(zstd.expand(small, bytes.length - 1)).rejects.toThrow()
    await expect(zstd.expand(small.subarray(0, 20), 1000)).rejects.toThrow()
    await expect(zstd.expand(bytes, 1_000_000)).rejects.toThrow()
  })
})
