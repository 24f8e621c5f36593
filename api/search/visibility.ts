/**
 * Which rows a caller may see, as a predicate for every aliased row of a statement: the match, each step of a chain, _has, includes. It stands
 * in the WHERE clause, before LIMIT: hidden rows are never counted, sorted by, or guessed through another row.
 */
import type { Visibility } from '../model/ports.ts'
import { typeNumber } from './resource-types.ts'
import type { SqlParameters } from './parameters.ts'

const PATIENT = typeNumber('Patient') ?? 0

/** `now`: instant at which care relations must still hold. `alias` is one of our own names, never input. $1 is the tenant. */
export const visible = (alias: string, visibility: Visibility, now: string, sql: SqlParameters): string => {
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
