/** Records at once (api/model/record-ports.ts): few statements for each page, bodies passed on as they are stored. */
import { outcome } from '../model/outcome.ts'
import type { EverythingPage, EverythingRequest, Records, Sight } from '../model/record-ports.ts'
import type { StoredVersion } from '../model/resource.ts'
import type { Statement } from '../search/compile.ts'
import { compileEverything, compileReferred, parseEverything, readEverythingPlace, referredIn, writeEverythingPlace, type EverythingQuery } from '../search/everything.ts'
import { readLabels } from './read/labels.ts'
import { readLast } from './read/last-observations.ts'
import { readReferring } from './read/referring.ts'
import type { RecordOptions } from './record-options.ts'
import { run, toVersion, type VersionRow } from './connection/rows.ts'

type Row = VersionRow & { readonly rid: string; readonly d: string }

/** More than these on one page are refused rather than left out in silence. */
const MOST_REFERRED = 5_000

export const createRecords = (options: RecordOptions): Records => ({
  everything: (sights, request) => readEverything(options, sights, request),
  lastn: (caller, request, max) => readLast(options, caller, request, max),
  referring: (key, most) => readReferring(options, key, most),
  referredBy: (from) => fetchReferred(options, from, [{ visibility: { kind: 'all' } }], 'anybody'),
  referredInSight: (from, sights, patient) => fetchReferred(options, from, sights, patient === undefined ? 'nobody' : { patient }),
  find: async (sights, keys) => (keys.length === 0 || sights.length === 0 ? [] : (await ask<VersionRow>(options, compileReferred(keys, { tenant: options.database.tenant, sights, now: options.clock.now() }, 'anybody'), sights)).map(toVersion)),
  labels: (sights, type) => readLabels(options, sights, type),
})

/**
 * For those who see everything the statement has one good plan, which is kept under a name; its text tells nothing of its values.
 * What others may see is planned for them.
 */
const ask = <R extends VersionRow>({ database }: RecordOptions, { text, values }: Statement, sights: readonly Sight[]): Promise<R[]> => {
  const [only, more] = sights
  const seesAll = more === undefined && only?.types === undefined && only?.visibility.kind === 'all' && only.visibility.types === undefined && only.visibility.limits === undefined
  return run<R>(database.lane, text, values, seesAll ? database.nameOf(text) : undefined)
}

const readEverything = async (options: RecordOptions, sights: readonly Sight[], request: EverythingRequest): Promise<EverythingPage> => {
  const { database: { tenant, rids }, cursorKey, timeZone } = options
  const query = parseEverything(request, timeZone)
  const after = readEverythingPlace(cursorKey, tenant, query)
  const bound = after?.bound ?? String(rids.bound())
  const head = after === undefined && request.head !== undefined && isWanted(request.head, query) ? [request.head] : []
  const room = query.count - head.length
  const rows = await ask<Row>(options, compileEverything(query, { tenant, sights, now: options.clock.now(), limit: room + 1, ...(after && { after }) }), sights)
  const matches = [...head, ...rows.slice(0, room).map(toVersion)]
  const last = rows[room - 1]
  const next = rows.length <= room ? undefined
    : writeEverythingPlace(cursorKey, tenant, query, last === undefined ? { pat: '', rtype: 0, d: 'infinity', rid: '0', bound } : { pat: last.pat ?? '', rtype: last.rtype, d: last.d, rid: last.rid, bound })
  const referred = await readReferred(options, sights, query, request, matches)
  return { matches, referred, understood: query.understood, whole: after === undefined && next === undefined, ...(next !== undefined && { next }) }
}

/** The Patient or Encounter itself is left out where it is not asked for; its care has no date. */
const isWanted = (head: StoredVersion, { types, since }: EverythingQuery): boolean => (types?.includes(head.type) ?? true) && (since === undefined || head.lastUpdated >= since)

const readReferred = async (options: RecordOptions, sights: readonly Sight[], { of, types }: EverythingQuery, { head }: EverythingRequest, matches: readonly StoredVersion[]): Promise<StoredVersion[]> =>
  fetchReferred(options, matches, sights, of?.type === 'Encounter' && head?.patient ? { patient: head.patient } : 'nobody', { ...(types && { types }), without: head ? [head] : [] })

interface Bounds { readonly types?: readonly string[]; readonly without?: readonly StoredVersion[] }

const fetchReferred = async (
  options: RecordOptions, from: readonly StoredVersion[], sights: readonly Sight[], whose: Parameters<typeof compileReferred>[2], { types, without = [] }: Bounds = {},
): Promise<StoredVersion[]> => {
  const there = new Set([...from, ...without].map(({ type, id }) => `${type}/${id}`))
  const keys = referredIn(from.map(({ body }) => body), options.bases, types).filter(({ type, id }) => !there.has(`${type}/${id}`))
  if (keys.length === 0) return []
  if (keys.length > MOST_REFERRED) throw outcome('too-costly', { diagnostics: `More than ${MOST_REFERRED} resources are referred to: ask for smaller pages.` })
  return (await ask<VersionRow>(options, compileReferred(keys, { tenant: options.database.tenant, sights, now: options.clock.now() }, whose), sights)).map(toVersion)
}
