/**
 * Signatures and compression of protocol XP/1: ES256 detached JWS over the compressed bytes (https://www.rfc-editor.org/rfc/rfc7515#appendix-F,
 * https://www.rfc-editor.org/rfc/rfc7797), compact JWS for the small answers, Zstandard (https://www.rfc-editor.org/rfc/rfc8878).
 * `typ` keeps one kind of message from being played as another. National algorithms take the place of this one file.
 */
import { promisify } from 'node:util'
import { constants, zstdCompress, zstdDecompress } from 'node:zlib'
import { compactVerify, CompactSign, decodeProtectedHeader, FlattenedSign, flattenedVerify, importJWK, type CryptoKey, type KeyObject } from 'jose'
import type { Compression, MessageSigner, MessageVerifier, PublicJwk } from '../model/exchange.ts'
import { parseJson, toPlain } from '../model/json.ts'
import { toBytes, toText } from './core/bytes.ts'

const ALG = 'ES256'

export const createMessageSigner = (node: string, key: CryptoKey | KeyObject): MessageSigner => ({
  node,
  async signBytes(type, bytes) {
    const signed = await new FlattenedSign(bytes).setProtectedHeader({ alg: ALG, kid: node, typ: type, b64: false, crit: ['b64'] }).sign(key)
    return `${signed.protected ?? ''}..${signed.signature}`
  },
  signValue: (type, value) => new CompactSign(toBytes(JSON.stringify(value))).setProtectedHeader({ alg: ALG, kid: node, typ: type }).sign(key),
})

export const messageVerifier: MessageVerifier = {
  claimedNode(signature) {
    try {
      const { kid } = decodeProtectedHeader(signature)
      return typeof kid === 'string' && kid.length <= 64 ? kid : undefined
    } catch {
      return undefined
    }
  },
  async verifyBytes(type, key, bytes, signature) {
    const [protectedHeader = '', payload, value = '', ...rest] = signature.split('.')
    if (payload !== '' || rest.length > 0) throw new Error('signature-malformed')
    const verified = await flattenedVerify({ protected: protectedHeader, payload: bytes, signature: value }, await toKey(key), { algorithms: [ALG] })
    if (verified.protectedHeader?.typ !== type || verified.protectedHeader.b64 !== false) throw new Error('message-type-mismatch')
  },
  async openValue(type, key, compact) {
    const { payload, protectedHeader } = await compactVerify(compact, await toKey(key), { algorithms: [ALG] })
    if (protectedHeader.typ !== type) throw new Error('message-type-mismatch')
    return toPlain(parseJson(toText(payload)))
  },
}

/** Only the members that an ES256 public key has: a private key or another algorithm in the registry is not used. */
const toKey = ({ kty, crv, x, y }: PublicJwk) => importJWK({ kty, crv, x, y }, ALG)

const compressing = promisify(zstdCompress)
const expanding = promisify(zstdDecompress)

export const zstd: Compression = {
  compress: async (bytes) => new Uint8Array(await compressing(bytes, { params: { [constants.ZSTD_c_compressionLevel]: 6, [constants.ZSTD_c_checksumFlag]: 1 } })),
  expand: async (bytes, limit) => new Uint8Array(await expanding(bytes, { maxOutputLength: limit })),
}
