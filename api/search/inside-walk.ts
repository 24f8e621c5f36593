/** Statements for chains into what is contained (inside.ts): which types contain any, a walk of what contains such, and what stored resources, or bodies, pass. Pure. */
import type { BodyFilter, ChainStep, Filter } from './ast.ts'
import { probeOf } from './canonical.ts'
import { contextOf, type CompileOptions, type Statement } from './compile.ts'
import { CONTAINS } from './contained.ts'
import { compileFilter, liveAndVisible } from './filters.ts'
import { compileBody } from './in-body.ts'
import type { Chain } from './inside.ts'
import type { SqlParameters } from './parameters.ts'
import { typeNumber } from './resource-types.ts'

/** Every chain of the filters, however deep it stands. */
export const chainsIn = (filters: readonly Filter[]): Chain[] => filters.flatMap((filter): Chain[] => {
  switch (filter.kind) {
    case 'and': case 'or': return chainsIn(filter.filters)
    case 'not': case 'has': return chainsIn([filter.filter])
    case 'chain': return [filter, ...chainsIn(filter.steps.map((step) => step.filter))]
    default: return []
  }
})

/** More types than these are not told apart. */
const MOST_KINDS = 20

/** What may stand in the text of a resource that contains one of the chain's targets. */
const kindsOf = ({ steps }: Chain): string[] => {
  const targets = [...new Set(steps.map(({ target }) => target))]
  return targets.length > MOST_KINDS ? ['%'] : targets.map((target) => `%"resourceType":"${target}"%`)
}

/** Which of the types (by number) have a resource that contains any: a step down an index for each, which is empty where nothing contains anything. One plan serves all. */
export const compileContaining = (tenant: number, types: readonly number[]): Statement => ({
  text: `select k.rtype from unnest($2::int2[]) as k(rtype) cross join lateral (select from resource r where r.tenant = $1 and r.rtype = k.rtype and ${CONTAINS} order by r.rid desc limit 1) r`,
  values: [tenant, `{${types.join(',')}}`],
})

/** What else is asked of the row at which a chain stands. */
export interface Beside {
  readonly filters: readonly Filter[]
  /** A condition on the row of an alias: which rows are looked at anyway. */
  readonly among?: (alias: string, sql: SqlParameters) => string
}

/** Resources of the chain's type that contain such and refer to something inside, newest first; columns rid, body. */
export const compileWalk = (chain: Chain, { filters, among }: Beside, options: CompileOptions, { from, limit }: { readonly from?: string; readonly limit: number }): Statement => {
  const context = contextOf(options)
  const { sql } = context
  const where = ['r.tenant = $1', `r.rtype = ${typeNumber(chain.type) ?? 0}`, CONTAINS, `r.body like any(${sql.add(kindsOf(chain))}::text[])`, `r.body like '%"#%'`, liveAndVisible('r', context), ...filters.map((filter) => compileFilter(filter, 'r', context)), ...(among === undefined ? [] : [among('r', sql)])]
  if (from !== undefined) where.push(`r.rid < ${sql.add(from)}::int8`)
  return { text: `select r.rid, r.body from resource r where ${where.join(' and ')} order by r.rid desc limit ${sql.add(limit)}`, values: sql.values }
}

/** Of the keys (ids, or canonicals) those of a stored resource that passes; column key. */
export const compileStored = ({ target, filter, canonical }: ChainStep, keys: readonly string[], options: CompileOptions): Statement => {
  const context = contextOf(options)
  const { sql } = context
  const probes = canonical ? keys.map((key) => probeOf(target, key)) : []
  const rows = canonical
    ? `unnest(${sql.add(keys)}::text[], ${sql.add(`{${probes.map(({ h }) => h).join(',')}}`)}::int8[], ${sql.add(`{${probes.map(({ version }) => version ?? 'null').join(',')}}`)}::int8[]) as k(key, h, version) `
      + 'join posting p on p.tenant = $1 and p.h = k.h and (k.version is null or exists (select from posting v where v.tenant = $1 and v.h = k.version and v.d = p.d and v.rid = p.rid)) join resource t on t.rid = p.rid'
    : `unnest(${sql.add(keys)}::text[]) as k(key) join resource t on t.id = k.key`
  return { text: `select distinct k.key from ${rows} and t.tenant = $1 and t.rtype = ${typeNumber(target) ?? 0} and ${liveAndVisible('t', context)} and ${compileFilter(filter, 't', context)}`, values: sql.values }
}

/** Of the bodies those that pass; column key. */
export const compileBodies = (filter: BodyFilter, bodies: readonly string[], options: CompileOptions): Statement => {
  const { sql } = contextOf(options)
  return { text: `select k.body as key from unnest(${sql.add(bodies)}::text[]) as k(body) where $1::int4 is not null and ${compileBody(filter, 'k', sql)}`, values: sql.values }
}
