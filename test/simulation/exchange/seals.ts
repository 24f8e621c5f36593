/** Stand-ins for signature and compression in simulated runs: cheap, repeatable, and still broken by one changed byte. Real ones are tested in test/unit/exchange. */
import { sha256, toHex } from '#api/exchange/core/digest.ts'
import type { Compression, MessageSigner, MessageType, MessageVerifier, PublicJwk } from '#api/model/exchange.ts'

export const keyOf = (node: string): PublicJwk => ({ kty: 'EC', crv: 'P-256', x: node, y: node })
const toBytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const seal = (node: string, type: MessageType, bytes: Uint8Array): string => toHex(sha256(toBytes(`${node}|${type}|`), bytes))

export const createSimulatedSigner = (node: string): MessageSigner => ({
  node,
  signBytes: (type, bytes) => Promise.resolve(`${node}|${seal(node, type, bytes)}`),
  signValue: (type, value) => {
    const text = JSON.stringify(value)
    return Promise.resolve(`${node}|${seal(node, type, toBytes(text))}|${text}`)
  },
})

export const simulatedVerifier: MessageVerifier = {
  claimedNode: (signature) => signature.split('|')[0],
  verifyBytes: (type, key, bytes, signature) => signature.split('|')[1] === seal(key.x, type, bytes) ? Promise.resolve() : Promise.reject(new Error('signature-invalid')),
  openValue: (type, key, compact) => {
    const [, value = '', ...rest] = compact.split('|')
    const text = rest.join('|')
    return value === seal(key.x, type, toBytes(text)) ? Promise.resolve(JSON.parse(text)) : Promise.reject(new Error('signature-invalid'))
  },
}

export const noCompression: Compression = { compress: (bytes) => Promise.resolve(bytes), expand: (bytes) => Promise.resolve(bytes) }
