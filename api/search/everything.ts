/**
 * $everything as SQL (http://hl7.org/fhir/R4/patient-operation-everything.html, http://hl7.org/fhir/R4/encounter-operation-everything.html): a walk along the index of
 * the patient compartment, page by page by keyset, beside the few rows of other records in which the patient takes part. Pure.
 */
import { createHash } from 'node:crypto'
import { outcome } from '../model/outcome.ts'
import type { EverythingRequest, Sight } from '../model/record-ports.ts'
import type { ResourceKey } from '../model/resource.ts'
import { linksInto } from './compartment.ts'
import type { Statement } from './compile.ts'
import { seal, unseal } from './cursor.ts'
import { toInterval } from './dates.ts'
import { digest, FORM } from './hash.ts'
import { SqlParameters } from './parameters.ts'
import { LARGEST_PAGE } from './parse.ts'
import { badParameter } from './parse-value.ts'
import { clinicalDateOf } from './registry.ts'
import { RESOURCE_TYPES, typeNumber } from './resource-types.ts'
import { inSight, typeNumbers } from './sight.ts'

export interface EverythingQuery {
  readonly of?: ResourceKey
  readonly count: number
  /** Instants. Care from `start` on and before `end`; versions made at or after `since`. */
  readonly start?: string
  readonly end?: string
  readonly since?: string
  readonly types?: readonly string[]
  readonly cursor?: string
  readonly understood: EverythingRequest['parameters']
}

type Open = { -readonly [K in keyof EverythingQuery]: EverythingQuery[K] }

/** Throws unknown-parameter and bad-parameter. */
export const parseEverything = ({ of, parameters }: EverythingRequest, timeZone: string): EverythingQuery => {
  const query: Open = { ...(of && { of }), count: LARGEST_PAGE, understood: parameters }
  const instant = (name: string, value: string): { readonly lo: string; readonly hi: string } => {
    const interval = toInterval(value.replace(/ (?=\d\d:\d\d$)/, '+'), timeZone)
    if (interval === undefined) throw badParameter(name, 'Expected a date: YYYY, YYYY-MM, YYYY-MM-DD or with time and zone.')
    return interval
  }
  for (const [name, value] of parameters) {
    switch (name) {
      case 'start': query.start = instant(name, value).lo; break
      case 'end': query.end = instant(name, value).hi; break
      case '_since': query.since = instant(name, value).lo; break
      case '_type': query.types = [...query.types ?? [], ...value.split(',').map(requireType)]; break
      case '_count':
        if (!/^\d{1,9}$/.test(value) || Number(value) === 0) throw badParameter(name, 'Expected a whole number from 1.')
        query.count = Math.min(Number(value), LARGEST_PAGE)
        break
      case '_cursor': query.cursor = value; break
      default: throw outcome('unknown-parameter', { expression: `http.${name.slice(0, 64)}`, diagnostics: 'The operation takes start, end, _since, _type and _count.' })
    }
  }
  return query
}

const requireType = (type: string): string => {
  if (typeNumber(type) === undefined) throw badParameter('_type', 'Not a resource type.')
  return type
}

/** The last row of a page, as PostgreSQL's text. */
export interface EverythingPlace {
  readonly pat: string
  readonly rtype: number
  readonly d: string
  readonly rid: string
  /** Rows with a higher number came after the first page. */
  readonly bound: string
}

/** The same record and the same wishes, page size aside. */
const scopeOf = (tenant: number, { of, understood }: EverythingQuery): Buffer =>
  createHash('sha256').update(JSON.stringify(['everything', tenant, of?.type ?? '', of?.id ?? '', understood.filter(([name]) => name !== '_cursor' && name !== '_count')])).digest()

export const writeEverythingPlace = (key: Uint8Array, tenant: number, query: EverythingQuery, { pat, rtype, d, rid, bound }: EverythingPlace): string =>
  seal(key, scopeOf(tenant, query), JSON.stringify([pat, rtype, d, rid, bound]))

export const readEverythingPlace = (key: Uint8Array, tenant: number, query: EverythingQuery): EverythingPlace | undefined => {
  if (query.cursor === undefined) return undefined
  const [pat, rtype, d, rid, bound] = JSON.parse(unseal(key, scopeOf(tenant, query), query.cursor)) as [string, number, string, string, string]
  return { pat, rtype, d, rid, bound }
}

export interface EverythingOptions {
  readonly tenant: number
  readonly sights: readonly Sight[]
  readonly now: Date
  readonly after?: EverythingPlace
  /** Rows wanted, the one that tells of a next page included. */
  readonly limit: number
}

const COLUMNS = 'r.rtype, r.id, r.ver, r.ts, r.del, r.pat, r.body, r.rid, r.d'

/** A page without the Patient or Encounter itself, which is its reader's. */
export const compileEverything = (query: EverythingQuery, options: EverythingOptions): Statement => {
  const { of } = query
  const sql = new SqlParameters(options.tenant)
  const limit = sql.add(options.limit)
  const order = of === undefined ? 'r.pat, r.rtype, r.d desc, r.rid desc' : 'r.rtype, r.d desc, r.rid desc'
  // each part names its parameters anew, and is walked in the order of the whole
  const parts = (from: string, own: () => readonly string[]): string[] => behind(query, options).map((conditions) =>
    `select ${COLUMNS} from ${from} where r.tenant = $1 and not r.del and ${[...own(), ...filtersOf(query, sql), inSight('r', options.sights, options.now.toISOString(), sql), ...conditions(sql)].join(' and ')} order by ${order} limit ${limit}`)
  const all = of === undefined ? parts('resource r', () => [`r.pat > ''`]) : partsOf(of, sql, parts)
  const [only = '', ...more] = all
  return { text: more.length === 0 ? only : `select ${COLUMNS} from (${all.map((part) => `(${part})`).join(' union all ')}) as r order by ${order} limit ${limit}`, values: sql.values }
}

/** Of an encounter what refers to it; of a patient what stands in the record, and what of other records refers to the patient. */
const partsOf = (of: ResourceKey, sql: SqlParameters, parts: (from: string, own: () => readonly string[]) => string[]): string[] => {
  const links = linksInto(of.type)
  // the digests once more as a list: one probe for each, where a long record, found by its patient alone, would be walked whole for the few rows that are not its own
  const linked = `(select distinct k.rtype, l.rid from pst_ref l join unnest(${sql.add(links.digests)}::int8[], ${sql.add(links.types)}::int2[]) as k(h, rtype) on k.h = l.h `
    + `where l.tenant = $1 and l.h = any(${sql.add(links.digests)}::int8[]) and l.target = ${sql.add(of.id)}) as q join resource r on r.tenant = $1 and r.rtype = q.rtype and r.rid = q.rid`
  const itself = (): string => `not (r.rtype = ${typeNumber(of.type) ?? 0} and r.id = ${sql.add(of.id)})`
  if (of.type !== 'Patient') return parts(linked, () => [itself()])
  return [...parts('resource r', () => [`r.pat = ${sql.add(of.id)}`, itself()]), ...parts(linked, () => [`r.pat is distinct from ${sql.add(of.id)}`])]
}

let clinical: { readonly types: string; readonly digests: string } | undefined
/** Where each type keeps the date of its care: two lists of the same length. */
const clinicalDates = (): { readonly types: string; readonly digests: string } =>
  (clinical ??= { types: typeNumbers(RESOURCE_TYPES), digests: `{${RESOURCE_TYPES.map((type) => String(digest(type, clinicalDateOf(type), FORM.date, ''))).join(',')}}` })

/** What has no date of care cannot be told to lie outside. */
const filtersOf = ({ types, since, start, end }: EverythingQuery, sql: SqlParameters): string[] => {
  const instant = (text: string): string => `${sql.add(text)}::timestamptz`
  const found: string[] = []
  if (types !== undefined) found.push(`r.rtype = any(${sql.add(typeNumbers(types))}::int2[])`)
  if (since !== undefined) found.push(`r.ts >= ${instant(since)}`)
  if (end !== undefined) found.push(`r.d < ${instant(end)}`)
  if (start !== undefined) {
    const { types: numbers, digests } = clinicalDates()
    const h = `(${sql.add(digests)}::int8[])[array_position(${sql.add(numbers)}::int2[], r.rtype)]`
    // what began before and had not ended
    found.push(`(r.d >= ${instant(start)} or r.d = '-infinity' or exists (select from pst_date t where t.tenant = $1 and t.h = ${h} and t.rid = r.rid and t.hi > ${instant(start)}))`)
  }
  return found
}

type Conditions = (sql: SqlParameters) => readonly string[]

/** What comes after the place, in parts of which each is one stretch of the index: in one condition the rows before the place would be walked too. */
const behind = ({ of }: EverythingQuery, { after }: EverythingOptions): readonly Conditions[] => {
  if (after === undefined) return [() => []]
  const bound = (sql: SqlParameters): string => `r.rid <= ${sql.add(after.bound)}::int8`
  const same: Conditions = (sql) => [`r.rtype = ${sql.add(after.rtype)}::int2`, `(r.d, r.rid) < (${sql.add(after.d)}::timestamptz, ${sql.add(after.rid)}::int8)`, bound(sql)]
  const further: Conditions = (sql) => [`r.rtype > ${sql.add(after.rtype)}::int2`, bound(sql)]
  if (of !== undefined) return [same, further]
  const here = (sql: SqlParameters): string => `r.pat = ${sql.add(after.pat)}::text`
  return [(sql) => [here(sql), ...same(sql)], (sql) => [here(sql), ...further(sql)], (sql) => [`r.pat > ${sql.add(after.pat)}::text`, bound(sql)]]
}

/** The stored text names what it refers to: it is looked through, not read. An escaped quote before the name would be part of a text. */
const REFERENCE = /"reference"\s*:\s*"((?:https?:[^"]*\/)?[A-Z][A-Za-z]{1,63}\\?\/[A-Za-z0-9\-.]{1,64})(?:\\?\/_history[^"]*)?"/g

/** Keys of what these resources refer to on this server; each once. */
export const referredIn = (bodies: readonly string[], bases: readonly string[], types?: readonly string[]): ResourceKey[] => {
  const found = new Map<string, ResourceKey>()
  for (const body of bodies) {
    for (const [, address = ''] of body.matchAll(REFERENCE)) {
      const plain = address.replaceAll('\\/', '/')
      const base = bases.find((own) => plain.startsWith(`${own}/`))
      const reference = base === undefined ? plain : plain.slice(base.length + 1)
      if (found.has(reference)) continue
      const [type = '', id = '', more] = reference.split('/')
      if (more === undefined && typeNumber(type) !== undefined && (types?.includes(type) ?? true)) found.set(reference, { type, id })
    }
  }
  return [...found.values()]
}

/**
 * Of these the ones that are there and in sight. `whose`: nobody: that stand in nobody's record; a patient's id: also those in the record of that patient; anybody: wherever.
 */
export const compileReferred = (keys: readonly ResourceKey[], { tenant, sights, now }: Pick<EverythingOptions, 'tenant' | 'sights' | 'now'>, whose: 'nobody' | 'anybody' | { readonly patient: string }): Statement => {
  const sql = new SqlParameters(tenant, typeNumbers(keys.map(({ type }) => type)), keys.map(({ id }) => id))
  const record = whose === 'anybody' ? 'true' : whose === 'nobody' ? 'r.pat is null' : `(r.pat is null or r.pat = ${sql.add(whose.patient)})`
  const text = `select r.rtype, r.id, r.ver, r.ts, r.del, r.pat, r.body from unnest($2::int2[], $3::text[]) as k(rtype, id) join resource r on r.tenant = $1 and r.rtype = k.rtype and r.id = k.id `
    + `where not r.del and ${record} and ${inSight('r', sights, now.toISOString(), sql)} order by r.rtype, r.rid`
  return { text, values: sql.values }
}
