/**
 * Canonical references (http://hl7.org/fhir/R4/references.html#canonical): an element of type canonical or uri names what it means by its address, with or without a version,
 * and not by where it is stored. Without a version every stored one with that address is meant. One rule for chains and _has (here) and for includes (include-canonical.ts).
 *
 * Search rows hold each canonical as it is written and without its version too, so that a row found by the address alone may name another version: it is looked into. Pure.
 */
import { digest, digestInSql, FORM } from './hash.ts'
import type { SqlParameters } from './parameters.ts'
import type { Path } from './path.ts'
import { parameterOf } from './registry.ts'
import { RESOURCE_TYPES, typeNumber } from './resource-types.ts'

/** Whether resources of the type have a canonical: an address with a version. */
export const hasCanonical = (type: string): boolean => parameterOf(type, 'url')?.kind === 'uri' && parameterOf(type, 'version') !== undefined
export const CANONICAL_TYPES: readonly string[] = RESOURCE_TYPES.filter(hasCanonical)

/** What is looked for: resources of the type that have the first digest, and the second where there is one. */
export interface Probe {
  readonly type: string
  readonly h: bigint
  readonly version?: bigint
}

export const probeOf = (type: string, canonical: string): Probe => {
  const [, url = '', version] = /^([^|]*)(?:\|(.*))?$/s.exec(canonical) ?? []
  return { type, h: digest(type, 'url', FORM.url, url), ...(version !== undefined && { version: digest(type, 'version', FORM.code, version) }) }
}

/** A parameter that holds canonicals. */
export interface Naming { readonly type: string; readonly code: string }

const prefixOf = ({ type, code }: Naming): string => `${type}\n${code}\n${FORM.url}\n`

/** Both names of the resource `alias`, as digests in the rows of the parameter; column h. The body is read once. */
const namesOf = (alias: string, naming: Naming, sql: SqlParameters): string =>
  `(select ${digestInSql(`${sql.add(prefixOf(naming))}::text || n`)} as h from (select emr_json(${alias}.body) as j offset 0) own cross join lateral unnest(array[j ->> 'url', (j ->> 'url') || '|' || (j ->> 'version')]) n where n is not null)`

/** Whether the resource `alias` has, word for word, the canonical with the digest `h`. */
const isWritten = (alias: string, naming: Naming, h: string, sql: SqlParameters): string => {
  const [prefix, paths] = [sql.add(prefixOf(naming)), sql.add((parameterOf(naming.type, naming.code)?.paths ?? []).flatMap(toJsonPaths))]
  return `exists (select from unnest(${paths}::text[]) path cross join lateral jsonb_path_query(emr_json(${alias}.body)::jsonb, path::jsonpath) w where ${digestInSql(`${prefix}::text || (w #>> '{}')`)} = ${h})`
}

/** SQL/JSON paths to what a path leads to, one for each of its alternatives. */
const toJsonPaths = ({ steps }: Path): string[] => steps.reduce<string[]>((before, { names, filter, index }) => before.flatMap((start) => names.map((name) =>
  `${start}.${name}${filter === undefined ? '' : ` ? (@.${filter.name} == "${filter.value}")`}${index === undefined ? '' : `[${index}]`}`)), ['$']).map((path) => `${path}[*]`)

/** The other resource. */
export interface Other {
  readonly alias: string
  readonly type: string
  /** What it must meet: that it is alive and visible, and what is asked of it. */
  readonly condition: string
}

/** The row names such a resource. Those are looked up once for the statement; then it is one step down the index for each row. `p`: a free alias. */
export const compileNamed = (naming: Naming, row: string, p: string, { alias, type, condition }: Other, sql: SqlParameters): string => {
  const named = `array(select names.h from resource ${alias} cross join lateral ${namesOf(alias, naming, sql)} names where ${alias}.tenant = $1 and ${alias}.rtype = ${typeNumber(type) ?? 0} and ${condition})`
  return `exists (select from posting ${p} where ${p}.tenant = $1 and ${p}.h = any(${named}) and ${p}.d = ${row}.d and ${p}.rid = ${row}.rid and ${isWritten(row, naming, `${p}.h`, sql)})`
}

/** Such a resource names the row. */
export const compileNaming = (naming: Naming, row: string, p: string, { alias, type, condition }: Other, sql: SqlParameters): string =>
  `exists (select from ${namesOf(row, naming, sql)} names join posting ${p} on ${p}.tenant = $1 and ${p}.h = names.h join resource ${alias} on ${alias}.tenant = $1 and ${alias}.rtype = ${typeNumber(type) ?? 0} and ${alias}.rid = ${p}.rid `
  + `where ${condition} and ${isWritten(alias, naming, `${p}.h`, sql)})`
