/** A parsed search: what api/search/parse.ts makes of the text and api/search/compile.ts turns into SQL. Pure data. */
import type { Interval } from './dates.ts'
import type { Parameter } from './registry.ts'

export type Prefix = 'eq' | 'ne' | 'gt' | 'lt' | 'ge' | 'le' | 'sa' | 'eb' | 'ap'

/** A value that one digest finds, in one of the forms of api/search/hash.ts. */
export interface HashValue {
  readonly kind: 'hash'
  readonly form: 'code' | 'systemCode' | 'noSystemCode' | 'system' | 'ofType' | 'reference' | 'url' | 'identifier' | 'exact' | 'composite'
  readonly value: string
}
export interface DateValue extends Interval {
  readonly kind: 'date'
  readonly prefix: Prefix
  /** Of a composite: the key of its other components. */
  readonly group?: string
}
export interface NumberValue {
  readonly kind: 'number'
  readonly prefix: Prefix
  /** float8 texts: the number, and the interval that it stands for. */
  readonly at: string
  readonly lo: string
  readonly hi: string
  /** Key of the unit in values.unitKeys. */
  readonly unit: string
  readonly group?: string
}
export interface StringValue {
  readonly kind: 'string'
  readonly match: 'prefix' | 'contains'
  readonly norm: string
  readonly group?: string
}
export type Value = HashValue | DateValue | NumberValue | StringValue

export type Filter =
  /** Any of the values, in any of the parameters that hold the rows; `not`: in none, as with :not. */
  | { readonly kind: 'match'; readonly types: readonly string[]; readonly holders: readonly Parameter[]; readonly values: readonly Value[]; readonly not: boolean }
  | { readonly kind: 'missing'; readonly holders: readonly Parameter[]; readonly missing: boolean }
  | { readonly kind: 'id'; readonly ids: readonly string[] }
  | { readonly kind: 'updated'; readonly values: readonly DateValue[] }
  /** A reference of this row leads to a resource that passes; one step for each type it may be of. */
  | { readonly kind: 'chain'; readonly type: string; readonly steps: readonly { readonly link: string; readonly target: string; readonly filter: Filter }[] }
  /** A resource of type `source` refers to this row (of `type`) and passes. */
  | { readonly kind: 'has'; readonly type: string; readonly source: string; readonly links: readonly string[]; readonly filter: Filter }

export interface Sort {
  readonly by: 'id' | 'updated' | 'clinical' | 'date' | 'number' | 'string'
  /** Code of the parameter whose rows are sorted by, where that is not a column. */
  readonly code: string
  readonly descending: boolean
}

export interface Include {
  readonly reverse: boolean
  readonly iterate: boolean
  /** Type that holds the reference. */
  readonly source: string
  /** undefined: every reference ("*"). */
  readonly code?: string
  readonly target?: string
}

export interface Query {
  /** One for a search in a type. */
  readonly types: readonly string[]
  readonly filters: readonly Filter[]
  readonly sorts: readonly Sort[]
  readonly includes: readonly Include[]
  readonly count: number
  readonly total: 'none' | 'accurate' | 'estimate'
  /** _summary=count or _count=0: no rows, only their number. */
  readonly countOnly: boolean
  readonly cursor?: string
  /** Pairs that were understood, in order. */
  readonly understood: readonly (readonly [string, string])[]
}

export interface SearchContext {
  readonly timeZone: string
  /** Absolute addresses of this server's FHIR base. */
  readonly bases: readonly string[]
  readonly now: Date
}
