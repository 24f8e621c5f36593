/**
 * The last observations of each code (http://hl7.org/fhir/R4/observation-operation-lastn.html): what a search finds, grouped by code. Codings of one code mean the same,
 * and so does whatever shares a coding with them, step by step. Pure.
 */
import { parseJson, stringAt, type JsonValue } from '../model/json.ts'
import type { Query } from './ast.ts'
import { compileRows, contextOf, type CompileOptions, type Statement } from './compile.ts'
import { typeNumber } from './resource-types.ts'
import { eachToken } from './values.ts'
import { visible } from './visibility.ts'
import { SqlParameters } from './parameters.ts'

/** An Observation that was found: rid and d are PostgreSQL's text, code the text of its code. */
export interface Candidate {
  readonly rid: string
  readonly d: string
  readonly code: string | null
}

const UNDATED = '-infinity'

/** Newest first. */
export const compileCandidates = (query: Query, options: CompileOptions, limit: number): Statement => {
  const context = contextOf(options)
  const { from, where } = compileRows(query, context)
  return { text: `select r.rid, r.d, emr_json(r.body) ->> 'code' as code from ${from} where ${where.join(' and ')} order by r.d desc, r.rid desc limit ${context.sql.add(limit)}`, values: context.sql.values }
}

export const compileChosen = (rids: readonly string[], { tenant, visibility, now }: CompileOptions): Statement => {
  const sql = new SqlParameters(tenant, `{${rids.join(',')}}`)
  return {
    text: `select r.rtype, r.id, r.ver, r.ts, r.del, r.pat, r.body from resource r where r.tenant = $1 and r.rtype = ${typeNumber('Observation') ?? 0} and r.rid = any($2::int8[]) and not r.del `
      + `and ${visible('r', visibility, now.toISOString(), sql)} order by r.d desc, r.rid desc`,
    values: sql.values,
  }
}

/** What a code is known by: its codings; without any its text as it is written. */
const keysOf = (code: string | null): string[] => {
  const value: JsonValue = code === null ? null : parseJson(code)
  const codings: string[] = []
  eachToken(value, undefined, (system, known) => { if (known !== undefined) codings.push(`c\n${system ?? ''}\n${known}`) })
  const text = stringAt(value, 'text')
  return codings.length > 0 ? codings : [text === undefined ? `j\n${code ?? ''}` : `t\n${text}`]
}

/** Keys that belong together answer the same root. */
class Groups {
  readonly #parents = new Map<string, string>()
  rootOf(key: string): string {
    const passed: string[] = []
    let root = key
    for (let parent = this.#parents.get(root); parent !== undefined && parent !== root; parent = this.#parents.get(root)) {
      passed.push(root)
      root = parent
    }
    // long ways are walked once
    for (const each of passed) this.#parents.set(each, root)
    return root
  }
  join(keys: readonly string[]): void {
    const [first = '', ...others] = keys
    for (const other of others) this.#parents.set(this.rootOf(other), this.rootOf(first))
  }
}

/** `candidates` newest first. Of each group the first `max`, and what is of the same time as the last of those. */
export const chooseLast = (candidates: readonly Candidate[], max: number): string[] => {
  const keyed = candidates.map((candidate) => ({ ...candidate, keys: keysOf(candidate.code) }))
  const groups = new Groups()
  for (const { keys } of keyed) groups.join(keys)
  const taken = new Map<string, { count: number; d: string }>()
  return keyed.flatMap(({ rid, d, keys: [key = ''] }) => {
    const root = groups.rootOf(key)
    const before = taken.get(root)
    if (before !== undefined && before.count >= max && (d !== before.d || d === UNDATED)) return []
    taken.set(root, { count: (before?.count ?? 0) + 1, d })
    return [rid]
  })
}
