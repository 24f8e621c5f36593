/**
 * What the sealer needs of the content of entries, and no more: its list and its digest. PostgreSQL hashes the bodies where they lie; only signed documents,
 * whose facts are put together here, are read. An entry packed later reads the bytes themselves (journal-content.ts), and the receiver hashes them again.
 */
import type { EntryItem, Sealing } from '../../model/exchange.ts'
import { typeNumber } from '../../search/resource-types.ts'
import type { JournalRef } from './append.ts'
import { loadContent } from './content.ts'
import { literal, run, toInstant, type Queryable } from '../connection/rows.ts'

/** `complete` false: a version or document that was committed is gone. */
export interface Digested { readonly items: readonly EntryItem[]; readonly bodySha256: Uint8Array; readonly complete: boolean }

type ResourceRef = Extract<JournalRef, { rid: string }>
/** `i` counts through the references of all entries, `e` through the entries. */
interface Piece { readonly e: number; readonly i: number; readonly ref: ResourceRef }

interface PartRow { i: number; ts: string; del: boolean; immutable: boolean; length: number }
interface DigestRow { e: number; digest: Buffer }

const PIECES = `unnest($2::int4[], $3::int4[], $4::int2[], $5::int8[], $6::int4[]) as k(e, i, rtype, rid, ver)
  join resource r on r.tenant = $1 and r.rtype = k.rtype and r.rid = k.rid
  left join resource_history h on h.tenant = $1 and h.rtype = k.rtype and h.rid = k.rid and h.ver = k.ver
  where h.body is not null or r.ver = k.ver`

// The length of a body is known without unpacking it.
const PARTS = `select k.i, coalesce(h.ts, r.ts) as ts, coalesce(h.del, r.del) as del, r.immutable, octet_length(coalesce(h.body, r.body)) as length from ${PIECES}`
const DIGESTS = `select k.e, sha256(string_agg(convert_to(coalesce(h.body, r.body), 'UTF8'), ''::bytea order by k.i)) as digest from ${PIECES} group by k.e`

/** In the order of `entries`, each with its references in theirs. */
export const digestContent = async (on: Queryable, tenant: number, sealing: Pick<Sealing, 'digest'>, entries: readonly (readonly JournalRef[])[]): Promise<Digested[]> => {
  const pieces: Piece[] = []
  for (const [e, refs] of entries.entries()) {
    if (!holdsDocument(refs)) for (const ref of refs) if ('rid' in ref) pieces.push({ e, i: pieces.length, ref })
  }
  const items = Map.groupBy(await loadItems(on, tenant, pieces), ({ e }) => e)
  const digests = new Map((await runOn<DigestRow>(on, tenant, DIGESTS, pieces, 'journal-digests')).map(({ e, digest }) => [e, new Uint8Array(digest)]))
  const found: Digested[] = []
  for (const [e, refs] of entries.entries()) {
    const own = items.get(e) ?? []
    found.push(holdsDocument(refs) ? await readWhole(on, tenant, sealing, refs)
      : { items: own.map(({ item }) => item), bodySha256: digests.get(e) ?? sealing.digest([]), complete: own.length === refs.length })
  }
  return found
}

const holdsDocument = (refs: readonly JournalRef[]): boolean => refs.some((ref) => 'document' in ref)

const readWhole = async (on: Queryable, tenant: number, sealing: Pick<Sealing, 'digest'>, refs: readonly JournalRef[]): Promise<Digested> => {
  const { items, pieces, complete } = await loadContent(on, tenant, refs)
  return { items, bodySha256: sealing.digest(pieces), complete }
}

const loadItems = async (on: Queryable, tenant: number, pieces: readonly Piece[]): Promise<{ readonly e: number; readonly item: EntryItem }[]> => {
  const rows = await runOn<PartRow>(on, tenant, PARTS, pieces, 'journal-parts')
  return rows.toSorted((a, b) => a.i - b.i).flatMap(({ i, ts, del, immutable, length }) => {
    const piece = pieces[i]
    if (piece === undefined) return []
    const { e, ref: { type, id, ver } } = piece
    return [{ e, item: { kind: 'resource', type, id, version: ver, lastUpdated: toInstant(ts), deleted: del, immutable, length } as const }]
  })
}

const runOn = async <R extends PartRow | DigestRow>(on: Queryable, tenant: number, statement: string, pieces: readonly Piece[], name: string): Promise<{ [K in keyof R]: R[K] }[]> =>
  pieces.length === 0 ? [] : run(on, statement, [
    tenant, literal(pieces.map(({ e }) => e)), literal(pieces.map(({ i }) => i)), literal(pieces.map(({ ref }) => typeNumber(ref.type) ?? 0)), literal(pieces.map(({ ref }) => ref.rid)),
    literal(pieces.map(({ ref }) => ref.ver)),
  ], name)
