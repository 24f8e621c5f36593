/** Rows that a person has on this PC: IndexedDB, AES-GCM with the person's key that the server hands out after sign-in; what is stolen with the disk is unreadable, and a row moved to another name or person does not open. */
import { openDB, type IDBPDatabase } from 'idb'

export interface Sealed { readonly iv: Uint8Array<ArrayBuffer>; readonly data: ArrayBuffer }
/** `at`: when it was put there, in ms. `group`: what is let go together; says nothing to who has no key. */
export interface SealedRow extends Sealed { readonly at: number; readonly group?: string }

export type DeviceTable = 'sent' | 'copies' | 'readings'
const TABLES: readonly (DeviceTable | 'keys')[] = ['keys', 'sent', 'copies', 'readings']

export const fromBase64 = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(text), (c) => c.charCodeAt(0))
export const toCipher = (key: string): Promise<CryptoKey> => crypto.subtle.importKey('raw', fromBase64(key), 'AES-GCM', false, ['encrypt', 'decrypt'])

const bound = (place: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(place)

/** `place` is part of what is sealed: the row opens nowhere else. */
export async function seal(cipher: CryptoKey, place: string, text: string): Promise<Sealed> {
  const iv = crypto.getRandomValues(new Uint8Array(12))
  return { iv, data: await crypto.subtle.encrypt({ name: 'AES-GCM', iv, additionalData: bound(place) }, cipher, new TextEncoder().encode(text)) }
}
/** undefined: sealed under another key, or tampered with; unreadable for good. */
export async function unseal(cipher: CryptoKey, place: string, { iv, data }: Sealed): Promise<string | undefined> {
  try {
    return new TextDecoder().decode(await crypto.subtle.decrypt({ name: 'AES-GCM', iv, additionalData: bound(place) }, cipher, data))
  } catch {
    return undefined
  }
}

export const openDevice = (): Promise<IDBPDatabase> => openDB('emr-device', 1, {
  upgrade: (db) => { for (const table of TABLES) db.createObjectStore(table) },
  // a newer release in another tab need not wait for this one
  blocking: (_now, _next, event) => { (event.target as IDBDatabase).close() },
})

export interface Row<T> { readonly name: string; readonly at: number; readonly value: T }
export interface Rows<T> {
  get(name: string): Promise<Row<T> | undefined>
  all(): Promise<readonly Row<T>[]>
  /** Names and times alone, without opening anything; oldest first. */
  names(): Promise<readonly { readonly name: string; readonly at: number; readonly group: string }[]>
  put(name: string, value: T, group?: string): Promise<void>
  drop(...names: readonly string[]): Promise<void>
}

/** Rows of one person in a table; those older than `life` ms are gone. */
export async function openRows<T>(database: IDBPDatabase, table: DeviceTable, account: string, cipher: CryptoKey, life: number): Promise<Rows<T>> {
  const place = (name: string): string => `${account}/${name}`
  const own = IDBKeyRange.bound(place(''), place('\uffff'))
  const names = async (): Promise<{ name: string; at: number; group: string }[]> => {
    const store = database.transaction(table).store
    const [keys, rows] = await Promise.all([store.getAllKeys(own), store.getAll(own) as Promise<SealedRow[]>])
    return keys.map((key, n) => ({ name: (typeof key === 'string' ? key : '').slice(account.length + 1), at: rows[n]?.at ?? 0, group: rows[n]?.group ?? '' })).sort((one, two) => one.at - two.at)
  }
  const drop = async (...gone: readonly string[]): Promise<void> => {
    const change = database.transaction(table, 'readwrite')
    await Promise.all([...gone.map((name) => change.store.delete(place(name))), change.done])
  }
  const get = async (name: string): Promise<Row<T> | undefined> => {
    const row = await database.get(table, place(name)) as SealedRow | undefined
    if (row === undefined || Date.now() - row.at > life) return undefined
    const text = await unseal(cipher, `${table}:${place(name)}`, row)
    return text === undefined ? undefined : { name, at: row.at, value: JSON.parse(text) as T }
  }
  await drop(...(await names()).filter(({ at }) => Date.now() - at > life).map(({ name }) => name))
  return {
    get, names, drop,
    all: async () => (await Promise.all((await names()).map(({ name }) => get(name)))).filter((row) => row !== undefined),
    async put(name, value, group) {
      const sealed = await seal(cipher, `${table}:${place(name)}`, JSON.stringify(value))
      await database.put(table, { ...sealed, at: Date.now(), ...(group !== undefined && { group }) } satisfies SealedRow, place(name))
    },
  }
}
