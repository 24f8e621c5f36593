/**
 * Which rows a caller may see, as a predicate for every aliased row of a statement: the match, each step of a chain, _has, includes. It stands
 * in the WHERE clause, before LIMIT: hidden rows are never counted, sorted by, or guessed through another row.
 */
import type { Visibility } from '../model/ports.ts'
import type { Limit, LimitTest } from '../model/scope-limit.ts'
import { typeNumber } from './resource-types.ts'
import type { SqlParameters } from './parameters.ts'

const PATIENT = typeNumber('Patient') ?? 0

/** `now`: instant at which care relations must still hold. `alias` is one of our own names, never input. $1 is the tenant. */
export const visible = (alias: string, visibility: Visibility, now: string, sql: SqlParameters): string =>
  withLimits(seenBy(alias, visibility, now, sql), visibility, (limits) => limits.map((limit) => within(alias, limit, sql)))

/** As `visible`, of a row of `resource_history`. Its content has no search rows: where they would have to tell, it is not shown. */
export const visiblePast = (alias: string, visibility: Visibility, now: string, sql: SqlParameters): string =>
  withLimits(seenBy(alias, visibility, now, sql), visibility, (limits) => [`${alias}.rtype <> all(${sql.add(numbersOf(limits))}::int2[])`])

const seenBy = (alias: string, visibility: Visibility, now: string, sql: SqlParameters): string => {
  const types = visibility.types ? `${alias}.rtype = any(${sql.add(`{${visibility.types.flatMap((type) => typeNumber(type) ?? []).join(',')}}`)}::int2[])` : undefined
  if (visibility.kind === 'all') return types ?? 'true'
  const relation = `exists (select from care_relation care where care.tenant = $1 and care.patient = ${alias}.pat and care.until > ${sql.add(now)}::timestamptz and ${related(visibility, sql)})`
  return `${types ? `${types} and ` : ''}(${alias}.pat is null or ${alias}.rtype = ${PATIENT} or ${relation})`
}

/** The part on `care_relation care` alone; whoever uses it adds tenant, patient and until. */
export const related = (visibility: Extract<Visibility, { kind: 'care' }>, sql: SqlParameters): string => {
  const own = `(care.account <> '' and care.account = ${sql.add(visibility.account)})`
  const department = visibility.wholeSite ? `care.department <> ''` : `(care.department <> '' and care.department = any(${sql.add([...visibility.departments])}::text[]))`
  return `(${own} or ${department})`
}

const numbersOf = (limits: readonly Limit[]): string => `{${limits.map(({ type }) => typeNumber(type) ?? 0).join(',')}}`

const withLimits = (sees: string, visibility: Visibility, compile: (limits: readonly Limit[]) => readonly string[]): string => {
  const limits = visibility.kind === 'all' ? visibility.limits ?? [] : []
  return limits.length === 0 ? sees : [...(sees === 'true' ? [] : [sees]), ...compile(limits)].join(' and ')
}

/** Of another type, or alive and within the limit: each test is one step down the index of search rows, by the whole key. */
const within = (alias: string, { type, any }: Limit, sql: SqlParameters): string => {
  const other = `${alias}.rtype <> ${typeNumber(type) ?? 0}`
  return `(${[other, ...any.map((tests) => `(not ${alias}.del and ${tests.map((test) => meets(alias, test, sql)).join(' and ')})`)].join(' or ')})`
}

const meets = (alias: string, { digests, not }: LimitTest, sql: SqlParameters): string =>
  `${not ? 'not ' : ''}exists (select from posting within_p where within_p.tenant = $1 and within_p.h = any(${sql.add(`{${digests.join(',')}}`)}::int8[]) and within_p.d = ${alias}.d and within_p.rid = ${alias}.rid)`
