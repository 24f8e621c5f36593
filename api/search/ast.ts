/** A parsed search: what api/search/parse.ts makes of the text and api/search/compile.ts turns into SQL. Pure data. */
import type { Interval } from './dates.ts'

export type Prefix = 'eq' | 'ne' | 'gt' | 'lt' | 'ge' | 'le' | 'sa' | 'eb' | 'ap'
/** `po`: overlaps (only in _filter). */
export type DatePrefix = Prefix | 'po'

/** Of a composite range whose first component names a system: what asks the same of rows whose group is the whole resource (whole-group.ts). */
export interface Whole {
  /** Key of the other components, with the code alone. */
  readonly group: string
  readonly token: HashValue
}

/** A value that one digest finds, in one of the forms of api/search/hash.ts. */
export interface HashValue {
  readonly kind: 'hash'
  readonly form: 'code' | 'systemCode' | 'noSystemCode' | 'system' | 'ofType' | 'reference' | 'url' | 'identifier' | 'exact' | 'composite'
  readonly value: string
}
export interface DateValue extends Interval {
  readonly kind: 'date'
  readonly prefix: DatePrefix
  /** Of a composite: the key of its other components. */
  readonly group?: string
  readonly whole?: Whole
}
export interface NumberValue {
  readonly kind: 'number'
  readonly prefix: Prefix
  /** float8 texts: the number, and the interval that it stands for. */
  readonly at: string
  readonly lo: string
  readonly hi: string
  /** Key of the unit whose rows are asked (values.unitRows). */
  readonly unit: string
  /** A code or printed unit, as written. */
  readonly written?: string
  readonly group?: string
  readonly whole?: Whole
}
export interface StringValue {
  readonly kind: 'string'
  readonly match: 'prefix' | 'contains' | 'suffix' | 'whole'
  readonly norm: string
  /** Which rows: of strings, of the texts beside codes (:text), of addresses (:below). */
  readonly rows: 'words' | 'text' | 'address'
  readonly group?: string
  readonly whole?: Whole
}
/** A place on the map (Location.near): within a distance of a point. */
export interface NearValue {
  readonly kind: 'near'
  /** Degrees, and kilometres. */
  readonly latitude: number
  readonly longitude: number
  readonly km: number
}
export type Value = HashValue | DateValue | NumberValue | StringValue | NearValue

/** Who holds the rows of a parameter: the code of the registry, never an alias. */
export interface Holder {
  readonly type: string
  readonly code: string
}

/** What only the terminology can answer: which codes are in a value set, above or below another. Asked before the search is compiled (api/search/codes.ts). */
export interface CodesQuestion {
  readonly mode: 'in' | 'above' | 'below'
  /** in: address of a value set. above, below: the system of the code; '' when it was not said. */
  readonly system: string
  readonly code: string
  /** The parameter as the client wrote it, for refusals. */
  readonly name: string
}

/** undefined: whichever; '' as a system: none. */
export interface Coded { readonly system?: string; readonly code?: string }
/** Two numbers beside a code. */
export interface Coordinates { readonly token: Coded; readonly start: NumberValue; readonly end: NumberValue }

/** A parameter that is read from the resource (in-body.ts). */
export interface BodyFilter {
  readonly kind: 'body'
  readonly type: string
  readonly code: string
  /** Any of them; none at all asks whether there is a value. */
  readonly codes: readonly Coded[]
  readonly coordinates: readonly Coordinates[]
}

export interface ChainStep {
  readonly link: string
  readonly target: string
  readonly filter: Filter
  /** The target is named by its canonical, not by where it is stored. */
  readonly canonical?: true
}

export type Filter =
  /** Any of the values, in any of the parameters that hold the rows; `not`: in none, as with :not. */
  | { readonly kind: 'match'; readonly holders: readonly Holder[]; readonly values: readonly Value[]; readonly not: boolean }
  /** As a match, of the codes that the terminology names. */
  | { readonly kind: 'codes'; readonly holders: readonly Holder[]; readonly questions: readonly CodesQuestion[]; readonly not: boolean }
  /** Numbers of the parameters in `resource.present`. */
  | { readonly kind: 'missing'; readonly numbers: readonly number[]; readonly missing: boolean }
  | { readonly kind: 'id'; readonly ids: readonly string[] }
  | { readonly kind: 'updated'; readonly values: readonly DateValue[] }
  /** A reference of this row leads to a resource that passes; steps for each type it may be of. `inside`: numbers of the rows in which it leads to one that they contain (inside.ts). */
  | { readonly kind: 'chain'; readonly type: string; readonly steps: readonly ChainStep[]; readonly inside?: readonly string[] }
  /** A resource of type `source` refers to this row (of any of `types`) and passes. `canonical`: by its canonical, not by where it is stored. */
  | { readonly kind: 'has'; readonly types: readonly string[]; readonly source: string; readonly links: readonly string[]; readonly filter: Filter; readonly canonical?: true }
  | { readonly kind: 'of-type'; readonly type: string }
  /** Each of the words begins a word of the narrative, or of any text in the resource. */
  | { readonly kind: 'words'; readonly where: 'narrative' | 'content'; readonly any: readonly (readonly string[])[] }
  /** What no search rows hold, read from the resource. */
  | BodyFilter
  | { readonly kind: 'and' | 'or'; readonly filters: readonly Filter[] }
  | { readonly kind: 'not'; readonly filter: Filter }

export interface Sort {
  /** `body`: a code, reference or address, which has no sortable search row and is read from the resource. */
  readonly by: 'id' | 'updated' | 'clinical' | 'date' | 'number' | 'string' | 'body'
  /** Code of the parameter whose rows are sorted by, where that is not a column. */
  readonly code: string
  readonly descending: boolean
}

export interface Include {
  readonly reverse: boolean
  readonly iterate: boolean
  /** Type that holds the reference; undefined: whichever it is ("*"). */
  readonly source?: string
  /** undefined: every reference ("*"). */
  readonly code?: string
  readonly target?: string
}

export interface Query {
  /** One for a search in a type. */
  readonly types: readonly string[]
  /** "Patient/1": only what is in this compartment. */
  readonly compartment?: string
  readonly filters: readonly Filter[]
  readonly sorts: readonly Sort[]
  readonly includes: readonly Include[]
  readonly count: number
  readonly total: 'none' | 'accurate' | 'estimate'
  /** _summary=count or _count=0: no rows, only their number. */
  readonly countOnly: boolean
  readonly cursor?: string
  /** What is contained in other resources is looked for. */
  readonly contained?: { readonly both: boolean; readonly answer: 'container' | 'contained' }
  /** Pairs that were understood, in order. */
  readonly understood: readonly (readonly [string, string])[]
}

export interface SearchContext {
  readonly timeZone: string
  /** Absolute addresses of this server's FHIR base. */
  readonly bases: readonly string[]
  readonly now: Date
}
