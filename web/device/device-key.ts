/**
 * Who was signed in on this PC, so that the same person can read and type on when the server is out of reach: session and key, sealed under a key that is made of the password
 * (PBKDF2-HMAC-SHA256, 600,000 rounds: https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html#pbkdf2). Good for 72 hours after the server last knew the person here.
 */
import type { SessionInfo, SiteInfo } from '#api/model/site.ts'
import { openDevice, seal, unseal, type Sealed } from './sealed-rows.ts'

export interface Known { readonly info: SessionInfo; readonly site?: SiteInfo | undefined }
interface KeyRow extends Sealed { readonly account: string; readonly salt: Uint8Array<ArrayBuffer>; readonly seenAt: number; readonly grants: string }

const ROUNDS = 600_000
export const OFFLINE_MS = 72 * 3_600_000
/** Clocks of PCs differ. */
const CLOCK_MS = 300_000

const tidy = (login: string): string => login.trim().toLowerCase()

async function cipherOf(password: string, salt: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  const typed = await crypto.subtle.importKey('raw', new TextEncoder().encode(password.normalize('NFC')), 'PBKDF2', false, ['deriveKey'])
  return crypto.subtle.deriveKey({ name: 'PBKDF2', hash: 'SHA-256', salt, iterations: ROUNDS }, typed, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
}

/** After the server has let the person in with this password. The session's own token against other sites' requests is not kept: it is asked for again. */
export async function rememberKey(password: string, { info, site }: Known): Promise<void> {
  const database = await openDevice()
  const salt = crypto.getRandomValues(new Uint8Array(16))
  const login = tidy(info.account.login)
  const sealed = await seal(await cipherOf(password, salt), `keys:${login}`, JSON.stringify({ info: { ...info, csrf: '' }, site } satisfies Known))
  // rights of before stay, for touchKey() to see that they are other ones now
  const before = await database.get('keys', login) as KeyRow | undefined
  await database.put('keys', { ...sealed, account: info.account.id, salt, seenAt: Date.now(), grants: before?.account === info.account.id ? before.grants : JSON.stringify(info.grants) } satisfies KeyRow, login)
  database.close()
}

/** `unknown`: nobody of this name was here in time. */
export async function unlockKey(login: string, password: string): Promise<Known | 'unknown' | 'wrong'> {
  const database = await openDevice()
  const row = await database.get('keys', tidy(login)) as KeyRow | undefined
  database.close()
  if (row === undefined) return 'unknown'
  const age = Date.now() - row.seenAt
  // too old, or a clock that was set back
  if (age > OFFLINE_MS || age < -CLOCK_MS) {
    await forgetKey(login)
    return 'unknown'
  }
  const text = await unseal(await cipherOf(password, row.salt), `keys:${tidy(login)}`, row)
  return text === undefined ? 'wrong' : JSON.parse(text) as Known
}

/** The server knows the person here, now. Answers whether their rights are other ones than they were. */
export async function touchKey({ account: { login, id }, grants }: SessionInfo): Promise<boolean> {
  const database = await openDevice()
  const row = await database.get('keys', tidy(login)) as KeyRow | undefined
  const now = JSON.stringify(grants)
  if (row?.account === id) await database.put('keys', { ...row, seenAt: Date.now(), grants: now } satisfies KeyRow, tidy(login))
  database.close()
  return row !== undefined && row.grants !== now
}

export async function forgetKey(login: string): Promise<void> {
  const database = await openDevice()
  await database.delete('keys', tidy(login))
  database.close()
}
