/**
 * Which rows a caller may see, as a predicate for every aliased row of a statement: the match, each step of a chain, _has, includes. It stands
 * in the WHERE clause, before LIMIT: hidden rows are never counted, sorted by, or guessed through another row.
 */
import type { Visibility } from '../model/ports.ts'
import type { DigestTest, Limit, LimitTest } from '../model/scope-limit.ts'
import { typeNumber } from './resource-types.ts'
import type { SqlParameters } from './parameters.ts'

const PATIENT = typeNumber('Patient') ?? 0

/** `now`: instant at which care relations must still hold. `alias` is one of our own names, never input. $1 is the tenant. */
export const visible = (alias: string, visibility: Visibility, now: string, sql: SqlParameters): string =>
  withLimits(seenBy(alias, visibility, now, sql), visibility, (limits) => limits.map((limit) => within(alias, limit, sql)))

/** As `visible`, of a row of `resource_history`. Its content has no search rows: where they would have to tell, it is not shown. In whose record it stood is known. */
export const visiblePast = (alias: string, visibility: Visibility, now: string, sql: SqlParameters): string =>
  withLimits(seenBy(alias, visibility, now, sql), visibility, (limits) => limits.map((limit) => within(alias, { ...limit, any: limit.any.filter((tests) => tests.every((test) => 'patient' in test)) }, sql)))

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

/** The same for several types: an app whose scopes are about one patient has the same limit for a hundred of them. */
interface SharedLimit extends Pick<Limit, 'any'> { readonly types: readonly string[] }

const share = (limits: readonly Limit[]): SharedLimit[] =>
  [...Map.groupBy(limits, ({ any }) => JSON.stringify(any)).values()].map((alike) => ({ types: alike.map(({ type }) => type), any: alike[0]?.any ?? [] }))

const withLimits = (sees: string, { limits = [] }: Visibility, compile: (limits: readonly SharedLimit[]) => readonly string[]): string =>
  (limits.length === 0 ? sees : [...(sees === 'true' ? [] : [sees]), ...compile(share(limits))].join(' and '))

/** Of another type, or alive and within the limit: each test is one step down the index of search rows, by the whole key, or the owner of the row. */
const within = (alias: string, { types, any }: SharedLimit, sql: SqlParameters): string => {
  const numbers = types.map((type) => typeNumber(type) ?? 0)
  const other = numbers.length === 1 ? `${alias}.rtype <> ${numbers[0] ?? 0}` : `${alias}.rtype <> all(${sql.add(`{${numbers.join(',')}}`)}::int2[])`
  return `(${[other, ...any.map((tests) => `(not ${alias}.del and ${tests.map((test) => meets(alias, test, sql)).join(' and ')})`)].join(' or ')})`
}

const meets = (alias: string, test: LimitTest, sql: SqlParameters): string =>
  ('patient' in test ? `coalesce(${alias}.pat = ${sql.add(test.patient)}, false)` : hasRow(alias, test, sql))

const hasRow = (alias: string, { digests, not }: DigestTest, sql: SqlParameters): string =>
  `${not ? 'not ' : ''}exists (select from posting within_p where within_p.tenant = $1 and within_p.h = any(${sql.add(`{${digests.join(',')}}`)}::int8[]) and within_p.d = ${alias}.d and within_p.rid = ${alias}.rid)`
