/** Which rows of a type an export wants, as SQL: the compartments of patients, and searches of which one must fit. */
import type { ExportScope, ExportWish } from '../../model/bulk-ports.ts'
import type { CodeSets, Visibility } from '../../model/ports.ts'
import type { Filter, SearchContext } from '../../search/ast.ts'
import { answerCodes } from '../../search/codes.ts'
import { compartmentFilter } from '../../search/compartment.ts'
import { compileFilter, liveAndVisible, type CompileContext } from '../../search/filters.ts'
import { digest, FORM } from '../../search/hash.ts'
import type { SqlParameters } from '../../search/parameters.ts'
import { parseSearch } from '../../search/parse.ts'
import { badParameter } from '../../search/parse-value.ts'
import { literal, type Queryable } from '../connection/rows.ts'
import { resolveInside, type InsideOptions } from '../read/inside.ts'

type Pairs = readonly (readonly [string, string])[]

/** What shapes a page has no meaning in a file. */
const SHAPES = /^_(count|sort|include|revinclude|total|summary|elements|cursor|type)(:|$)/

/** The conditions of one search. Throws unknown-parameter and bad-parameter. */
const filtersOf = async (type: string, parameters: Pairs, context: SearchContext, codes: CodeSets | undefined): Promise<readonly Filter[]> => {
  for (const [name] of parameters) if (SHAPES.test(name)) throw badParameter('_typeFilter', `${name.slice(0, 64)} has no meaning in an export.`)
  return (await answerCodes(parseSearch({ type, parameters, strict: true }, context), codes)).filters
}

/** Of all its searches. Throws what is wrong with any. */
export const scopeFilters = async ({ filters }: ExportWish, context: SearchContext, codes: CodeSets | undefined): Promise<readonly Filter[]> => {
  const found: Filter[] = []
  for (const [type, searches] of Object.entries(filters)) for (const search of searches) found.push(...await filtersOf(type, search, context, codes))
  return found
}

export interface ScopeOptions {
  readonly on: Queryable
  readonly database: InsideOptions['database']
  /** Numbers of the rows that are looked at: above the first, up to the second. */
  readonly range: readonly [string, string]
  readonly context: SearchContext
  readonly codes: CodeSets | undefined
  readonly visibility: Visibility
  readonly sql: SqlParameters
}

/** Of the row `r` as it is now: alive, visible, in the scope, and fitting one of the searches for its type. */
export const compileScope = async ({ scope, filters }: ExportWish, type: string, options: ScopeOptions): Promise<string> => {
  const { on, database, range, context, codes, visibility, sql } = options
  let last = 0
  const compile: CompileContext = { sql, visibility, now: context.now.toISOString(), alias: (letter) => `${letter}${++last}` }
  const conditions = [liveAndVisible('r', compile)]
  if (scope.kind !== 'system') conditions.push(compileMembers(type, scope, sql))
  const searches: (readonly Filter[])[] = []
  for (const search of filters[type] ?? []) {
    searches.push(await resolveInside(on, { database, timeZone: context.timeZone, bases: context.bases }, { tenant: database.tenant, visibility, now: context.now }, await filtersOf(type, search, context, codes), (row, into) => `${row}.rid > ${into.add(range[0])}::int8 and ${row}.rid <= ${into.add(range[1])}::int8`))
  }
  if (searches.length > 0) conditions.push(`(${searches.map((each) => `(${each.map((filter) => compileFilter(filter, 'r', compile)).join(' and ') || 'true'})`).join(' or ')})`)
  return conditions.join(' and ')
}

/** In the compartment of any patient, or of one of these (http://hl7.org/fhir/R4/compartmentdefinition-patient.html). */
const compileMembers = (type: string, scope: Exclude<ExportScope, { kind: 'system' }>, sql: SqlParameters): string => {
  const patients = scope.kind === 'some' ? scope.patients : undefined
  const filter = compartmentFilter({ type: 'Patient', id: 'any' }, [type])
  const links = filter.kind === 'match' ? filter.holders.map((holder) => digest(holder.type, holder.code, FORM.link, 'Patient')) : []
  const itself = type !== 'Patient' ? 'false' : patients === undefined ? 'true' : `r.id = any(${sql.add([...patients])}::text[])`
  const target = patients === undefined ? '' : ` and m.target = any(${sql.add([...patients])}::text[])`
  return `(${itself} or exists (select from pst_ref m where m.tenant = $1 and m.h = any(${sql.add(literal(links))}::int8[]) and m.rid = r.rid${target}))`
}

/** In whose record a version `v` stood: what there is to go by when it was deleted. */
export const compileRecord = ({ scope }: ExportWish, sql: SqlParameters): string =>
  (scope.kind === 'system' ? 'true' : scope.kind === 'patients' ? `v.pat <> ''` : `v.pat = any(${sql.add([...scope.patients])}::text[])`)

/** Of a version `v` whose resource has changed since: what it said then is in no search row any more, so no search judges it, and beside its record only today's rows tell of compartments. */
export const compileChanged = (wish: ExportWish, type: string, sql: SqlParameters): string =>
  (wish.scope.kind === 'system' ? 'true' : `(${compileRecord(wish, sql)} or ${compileMembers(type, wish.scope, sql)})`)
