/**
 * Searches for what is contained (http://hl7.org/fhir/R4/search.html#contained): `_contained=true` finds it inside of other resources, `both` also beside them. It has no search rows:
 * the resources that contain anything, which one index has, are walked from the newest and looked into. Pure.
 */
import type { Sight } from '../model/record-ports.ts'
import type { Query } from './ast.ts'
import type { Statement } from './compile.ts'
import { requireOwn } from './holds.ts'
import { SqlParameters } from './parameters.ts'
import { badParameter } from './parse-value.ts'
import { inSight } from './sight.ts'

/** What is answered: the resource inside, or the one around it. */
export type ContainedWish = NonNullable<Query['contained']>

/** undefined: it is not asked for. Throws bad-parameter. */
export const parseContained = (parameters: readonly (readonly [string, string])[]): ContainedWish | undefined => {
  const of = (name: string, values: readonly string[]): string | undefined => {
    const [value, more] = parameters.flatMap(([each, given]) => (each === name ? [given] : []))
    if (more !== undefined || (value !== undefined && !values.includes(value))) throw badParameter(name, `Expected one of ${values.join(', ')}.`)
    return value
  }
  const answer = of('_containedType', ['container', 'contained'])
  const which = of('_contained', ['true', 'false', 'both'])
  return which === undefined || which === 'false' ? undefined : { both: which === 'both', answer: answer === 'contained' ? 'contained' : 'container' }
}

/** What such a search cannot be asked: it has an order of its own, and is never counted. */
export const requirePlain = (query: Query): void => {
  if (query.types.length !== 1) throw badParameter('_contained', 'Name the type that is looked for.')
  if (query.compartment !== undefined && !query.compartment.startsWith('Patient/')) throw badParameter('_contained', 'Of compartments only those of patients.')
  const other = query.sorts.length > 0 ? '_sort' : query.includes.length > 0 ? '_include' : query.total !== 'none' || query.countOnly ? '_total' : undefined
  if (other !== undefined || query.understood.some(([name, value]) => name === '_elements' || (name === '_summary' && value !== 'false'))) {
    throw badParameter(other ?? '_summary', 'Not together with _contained.')
  }
  ownFilters(query).forEach(requireOwn)
}

/** The compartment is that of the resource around it. */
export const ownFilters = (query: Query): Query['filters'] => (query.compartment === undefined ? query.filters : query.filters.slice(1))

export interface Walk {
  readonly tenant: number
  readonly sights: readonly Sight[]
  readonly now: Date
  /** The row to go on with, and the newest one that there was. */
  readonly from?: string
  readonly bound: string
  readonly limit: number
}

/** Word for word the condition of the indexes resource_with_contained and resource_with_contained_by_type (migrations 0018 and 0033). */
export const CONTAINS = `r.body like '%"contained":[%'`

/** What may contain it, newest first. */
export const compileContainers = (query: Query, { tenant, sights, now, from, bound, limit }: Walk): Statement => {
  const sql = new SqlParameters(tenant, bound)
  const [type = ''] = query.types
  const where = ['r.tenant = $1', 'r.rid <= $2::int8', 'not r.del', CONTAINS, `r.body like ${sql.add(`%"resourceType":"${type}"%`)}`, inSight('r', sights, now.toISOString(), sql)]
  if (from !== undefined) where.push(`r.rid <= ${sql.add(from)}::int8`)
  if (query.compartment !== undefined) where.push(`r.pat = ${sql.add(query.compartment.slice('Patient/'.length))}`)
  return { text: `select r.rtype, r.id, r.ver, r.ts, r.del, r.pat, r.body, r.rid from resource r where ${where.join(' and ')} order by r.rid desc limit ${sql.add(limit)}`, values: sql.values }
}
