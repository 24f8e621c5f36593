/**
 * A private key under a PIN: AES-256-GCM with a key from argon2id (RFC 9106) over the PIN and a secret of the site. A six-digit PIN alone would
 * fall to whoever holds a copy of the table; the secret, in the secrets folder and never in the database, denies that guess. Whoever has neither PIN nor
 * folder can do nothing with the row, and the row is bound to its key id, so that it cannot be swapped for another.
 */
import { argon2, createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import { z } from 'zod'
import { secretFile } from './secret-file.ts'

// OWASP's floor is 46 MiB and one pass; two passes cost about 0.1 s here.
const COST = { memory: 47_104, passes: 2, parallelism: 1 } as const
const derive = promisify(argon2)

const Sealed = z.object({
  kdf: z.literal('argon2id'), memory: z.number(), passes: z.number(), parallelism: z.number(), secret: z.string(), salt: z.base64(), iv: z.base64(), box: z.base64(), tag: z.base64(),
})

export interface KeyVault {
  seal(privateKey: Uint8Array, pin: string, binding: string): Promise<string>
  /** undefined: the PIN is wrong. Throws when the row was sealed under another secret or is damaged beyond reading. */
  open(sealed: string, pin: string, binding: string): Promise<Buffer | undefined>
}

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')

/** `secrets`: the site's secrets folder. */
export const openKeyVault = async (secrets: string): Promise<KeyVault> => {
  const secret = await secretFile(secrets, 'signing-pin-secret', async () => randomBytes(32))
  const secretName = createHash('sha256').update('emr signing pin secret').update(secret).digest('hex').slice(0, 16)
  const keyOf = (pin: string, salt: Buffer, cost: { memory: number; passes: number; parallelism: number }): Promise<Buffer> =>
    derive('argon2id', { message: Buffer.from(pin.normalize('NFKC')), nonce: salt, secret, tagLength: 32, ...cost })
  return {
    async seal(privateKey, pin, binding) {
      const [salt, iv] = [randomBytes(16), randomBytes(12)]
      const cipher = createCipheriv('aes-256-gcm', await keyOf(pin, salt, COST), iv).setAAD(Buffer.from(binding))
      const box = Buffer.concat([cipher.update(privateKey), cipher.final()])
      return JSON.stringify({ kdf: 'argon2id', ...COST, secret: secretName, salt: base64(salt), iv: base64(iv), box: base64(box), tag: base64(cipher.getAuthTag()) } satisfies z.infer<typeof Sealed>)
    },
    async open(sealed, pin, binding) {
      const { memory, passes, parallelism, ...row } = Sealed.parse(JSON.parse(sealed))
      if (row.secret !== secretName) throw new Error('the signing key was sealed under another secret: the secrets folder is not the one of this database')
      const key = await keyOf(pin, Buffer.from(row.salt, 'base64'), { memory, passes, parallelism })
      const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(row.iv, 'base64'), { authTagLength: 16 }).setAAD(Buffer.from(binding)).setAuthTag(Buffer.from(row.tag, 'base64'))
      try {
        return Buffer.concat([decipher.update(Buffer.from(row.box, 'base64')), decipher.final()])
      } catch {
        return undefined
      }
    },
  }
}
