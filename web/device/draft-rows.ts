/** Drafts of one person on this PC, and what becomes of each: whether the server has it, what was wanted of it, and why the last attempt failed. Sealed as all rows are (sealed-rows.ts). */
import { openDB, type IDBPDatabase } from 'idb'
import { seal, unseal, type Sealed } from './sealed-rows.ts'

/** Of what has not reached the server, or did last. */
export interface Fate {
  /** `draft`: to be kept at the server; `save`: to be filed in the record. */
  readonly want: 'draft' | 'save'
  /** The server has exactly this. */
  readonly sent: boolean
  /** Version of the server's draft that this one goes on from; 0: none. */
  readonly base: number
  /** When the oldest of what the server has not was typed. */
  readonly since: string
  /** Whom it is about, and where it is opened. */
  readonly patient: string
  readonly path: string
  readonly triedAt?: string
  /** Code of the failure; "merge": somebody has to choose. */
  readonly reason?: string
}

export interface LocalDraft { readonly body: string; readonly updatedAt: string; readonly fate?: Fate }
interface SealedDraft extends Sealed { readonly updatedAt: string; /** 2: what is sealed is {body, fate}, not the body alone. */ readonly shape?: 2 }

/** 72 h. What has not reached the server stays until it has, or its person lets it go. */
const KEEP_MS = 72 * 3_600_000
const TABLE = 'drafts'

export interface DraftRows {
  get(name: string): Promise<LocalDraft | undefined>
  all(): Promise<readonly (LocalDraft & { readonly name: string })[]>
  put(name: string, draft: LocalDraft): Promise<void>
  /** Puts, or drops when there is nothing to put, if the row is still the one of `updatedAt`: what was typed meanwhile stays. Answers whether it was. */
  replace(name: string, updatedAt: string, draft: LocalDraft | undefined): Promise<boolean>
  drop(name: string): Promise<void>
}

export async function openDraftRows(account: string, cipher: CryptoKey): Promise<DraftRows> {
  const database: IDBPDatabase = await openDB('emr-drafts', 1, { upgrade: (db) => { db.createObjectStore(TABLE) } })
  const place = (name: string): string => `${account}/${name}`
  const read = async (name: string, sealed: SealedDraft | undefined): Promise<LocalDraft | undefined> => {
    const text = sealed && await unseal(cipher, place(name), sealed)
    if (text === undefined || !sealed) return undefined
    const { body, fate } = sealed.shape === 2 ? JSON.parse(text) as LocalDraft : { body: text, fate: undefined }
    if (fate?.sent !== false && Date.now() - Date.parse(sealed.updatedAt) > KEEP_MS) { await database.delete(TABLE, place(name)); return undefined }
    return { body, updatedAt: sealed.updatedAt, ...(fate && { fate }) }
  }
  return {
    get: async (name) => read(name, await database.get(TABLE, place(name)) as SealedDraft | undefined),
    async all() {
      const own = IDBKeyRange.bound(place(''), place('\uffff'))
      const [keys, rows] = await Promise.all([database.getAllKeys(TABLE, own), database.getAll(TABLE, own) as Promise<SealedDraft[]>])
      const found = await Promise.all(keys.map(async (key, n) => {
        const name = (typeof key === 'string' ? key : '').slice(account.length + 1)
        const draft = await read(name, rows[n])
        return draft && { ...draft, name }
      }))
      return found.filter((draft) => draft !== undefined)
    },
    async put(name, { body, updatedAt, fate }) {
      const sealed = await seal(cipher, place(name), JSON.stringify({ body, fate }))
      await database.put(TABLE, { ...sealed, updatedAt, shape: 2 } satisfies SealedDraft, place(name))
    },
    async replace(name, updatedAt, draft) {
      // sealed first: a transaction of the database ends while something else is waited for
      const sealed = draft && { ...await seal(cipher, place(name), JSON.stringify({ body: draft.body, fate: draft.fate })), updatedAt: draft.updatedAt, shape: 2 as const }
      const change = database.transaction(TABLE, 'readwrite')
      const there = await change.store.get(place(name)) as SealedDraft | undefined
      const same = there?.updatedAt === updatedAt
      if (same) await (sealed ? change.store.put(sealed, place(name)) : change.store.delete(place(name)))
      await change.done
      return same
    },
    drop: (name) => database.delete(TABLE, place(name)),
  }
}
