/** Drafts on this PC: IndexedDB, AES-GCM with the person's key that the server hands out after sign-in and only memory holds; what is stolen with the disk is unreadable. */
import { openDB, type IDBPDatabase } from 'idb'

export interface LocalDraft { readonly body: string; readonly updatedAt: string }
interface Sealed { readonly iv: Uint8Array<ArrayBuffer>; readonly data: ArrayBuffer; readonly updatedAt: string }

const KEEP_MS = 72 * 3_600_000
const TABLE = 'drafts'

const fromBase64 = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(text), (c) => c.charCodeAt(0))

/** Drafts of one person on this device. `key` is 32 bytes in base64. */
export async function openDraftStore(account: string, key: string): Promise<{
  get(name: string): Promise<LocalDraft | undefined>
  put(name: string, draft: LocalDraft): Promise<void>
  drop(name: string): Promise<void>
}> {
  const cipher = await crypto.subtle.importKey('raw', fromBase64(key), 'AES-GCM', false, ['encrypt', 'decrypt'])
  const database: IDBPDatabase = await openDB('emr-drafts', 1, { upgrade: (db) => { db.createObjectStore(TABLE) } })
  const place = (name: string): string => `${account}/${name}`
  const bound = (name: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(place(name))
  return {
    async get(name) {
      const sealed = await database.get(TABLE, place(name)) as Sealed | undefined
      if (!sealed) return undefined
      if (Date.now() - Date.parse(sealed.updatedAt) > KEEP_MS) { await database.delete(TABLE, place(name)); return undefined }
      try {
        const bytes = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: sealed.iv, additionalData: bound(name) }, cipher, sealed.data)
        return { body: new TextDecoder().decode(bytes), updatedAt: sealed.updatedAt }
      } catch {
        return undefined // sealed under an earlier key: unreadable for good, and the server's copy stands
      }
    },
    async put(name, draft) {
      const iv = crypto.getRandomValues(new Uint8Array(12))
      const data = await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData: bound(name) }, cipher, new TextEncoder().encode(draft.body))
      await database.put(TABLE, { iv, data, updatedAt: draft.updatedAt } satisfies Sealed, place(name))
    },
    async drop(name) { await database.delete(TABLE, place(name)) },
  }
}
