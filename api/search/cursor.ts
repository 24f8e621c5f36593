/** Where another page is, as a token that tells its holder nothing: AES-256-GCM, bound to the hospital and to the search it came from. */
import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import type { Query } from './ast.ts'
import { badParameter } from './parse-value.ts'

export interface CursorState {
  /** Sort keys of the row at the edge of the page it was given with, as PostgreSQL's text; null without a value. */
  readonly keys: readonly (string | null)[]
  /** Its row number. */
  readonly rid: string
  /** Rows with a higher number came after the first page. */
  readonly bound: string
  /** undefined: what comes behind that row. */
  readonly way?: Way
}

/** What comes before the row; from the beginning; up to the end: of these two keys and rid say nothing. inside: behind a row among what is contained (contained.ts). */
export type Way = 'back' | 'first' | 'last' | 'inside'

/** Whether rows are read from the end towards the beginning. */
export const isBackwards = (place: { readonly way?: Way } | undefined): boolean => place?.way === 'back' || place?.way === 'last'

const IV = 12, TAG = 16

/** What a token may be used with: the same search, page size aside. */
const scopeOf = (tenant: number, query: Query): Buffer =>
  createHash('sha256').update(JSON.stringify([tenant, query.types.length === 1 ? query.types[0] : '', query.compartment ?? '', query.understood.filter(([name]) => name !== '_cursor' && name !== '_count')])).digest()

export const writeCursor = (key: Uint8Array, tenant: number, query: Query, state: CursorState): string =>
  seal(key, scopeOf(tenant, query), JSON.stringify([state.keys, state.rid, state.bound, state.way]))

/** undefined without a cursor; refuses one that is not ours, or of another search. */
export const readCursor = (key: Uint8Array, tenant: number, query: Query): CursorState | undefined => {
  if (query.cursor === undefined) return undefined
  const [keys, rid, bound, way] = JSON.parse(unseal(key, scopeOf(tenant, query), query.cursor)) as [(string | null)[], string, string, Way | null]
  return { keys, rid, bound, ...(way && { way }) }
}

/** A token that only we can read, and only together with the same scope. */
export const seal = (key: Uint8Array, scope: Uint8Array, text: string): string => {
  const iv = randomBytes(IV)
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(scope)
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return Buffer.concat([iv, body, cipher.getAuthTag()]).toString('base64url')
}

/** The text of a token; throws bad-parameter for one that is not ours or of another scope. */
export const unseal = (key: Uint8Array, scope: Uint8Array, token: string): string => {
  const bytes = Buffer.from(token, 'base64url')
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV), { authTagLength: TAG }).setAAD(scope).setAuthTag(bytes.subarray(-TAG))
    return Buffer.concat([decipher.update(bytes.subarray(IV, -TAG)), decipher.final()]).toString('utf8')
  } catch {
    throw badParameter('_cursor', 'This place in a list is not known here: begin again from the first page.')
  }
}
