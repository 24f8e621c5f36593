/** Terminology as FHIR has it: code systems, value sets and concept maps, stored ones and R4's own. Part of ports.ts, which hands it all on. */
import type { CodeSystem, CodeableConcept, Coding, ConceptMap, ValueSet } from '@medplum/fhirtypes'

export interface CodeOf { readonly system: string; readonly code: string }

/** What searches by code ask (`:in`, `:not-in`, `:above`, `:below`). Throws too-costly beyond MOST_CODES, or when a value set cannot be listed, and what is wrong with its definition. */
export interface CodeSets {
  /** The codes of a value set by its canonical ("url", "url|version") or as ValueSet/id; undefined: not known here. */
  codesIn(valueSet: string): Promise<readonly CodeOf[] | undefined>
  /** The code and all that it subsumes; undefined: system or code not known here. */
  descendants(system: string, code: string): Promise<readonly CodeOf[] | undefined>
  /** The code and all that subsume it; undefined: system or code not known here. */
  ancestors(system: string, code: string): Promise<readonly CodeOf[] | undefined>
}

/** What bindings ask. */
export interface CodeMembership {
  /** Whether one of the codings is in the value set; without system the code alone counts. undefined: it cannot be told (unknown value set or code system). */
  holds(valueSet: string, codings: readonly { readonly system?: string | undefined; readonly code: string }[]): Promise<boolean | undefined>
  /** What is wrong with the display; undefined when it is a name of the code in some language, or when system or code are not known here. */
  wrongName(coding: { readonly system: string; readonly code: string; readonly display: string; readonly version?: string }): Promise<string | undefined>
}

/** Codes that one criterion of a search may stand for. */
export const MOST_CODES = 10_000
/** Codes in one expansion. */
export const MOST_EXPANDED = 20_000

/** By canonical, by id, or sent along. */
export interface Named<R> { readonly url?: string | undefined; readonly version?: string | undefined; readonly id?: string | undefined; readonly resource?: R | undefined }

/** Which version of a code system counts, as "system|version". */
export interface SystemVersions {
  /** Used when the value set names none. */
  readonly standard?: readonly string[]
  /** The value set may name no other. */
  readonly check?: readonly string[]
  /** Used whatever the value set names. */
  readonly force?: readonly string[]
}

export interface ExpandRequest {
  readonly valueSet: Named<ValueSet>
  /** Words without accents; the best match comes first. */
  readonly filter?: string | undefined
  readonly offset?: number | undefined
  readonly count?: number | undefined
  /** YYYY-MM-DD: versions and codes in force on that day. */
  readonly on?: string | undefined
  readonly activeOnly?: boolean | undefined
  readonly includeDesignations?: boolean | undefined
  /** Languages, or "system|code" of uses: only these designations. */
  readonly designation?: readonly string[]
  readonly includeDefinition?: boolean | undefined
  readonly excludeNested?: boolean | undefined
  readonly excludeNotForUI?: boolean | undefined
  readonly displayLanguage?: string | undefined
  readonly excludeSystem?: readonly string[]
  readonly versions?: SystemVersions
}

export interface LookupRequest {
  readonly system: string
  readonly code: string
  readonly version?: string | undefined
  readonly on?: string | undefined
  readonly displayLanguage?: string | undefined
  /** Codes of properties; empty: all. */
  readonly properties: readonly string[]
}

export interface Designation { readonly language?: string; readonly use?: Coding; readonly value: string }
/** `name`: the member that holds the value, e.g. valueCode; a decimal keeps its digits. */
export interface CodeProperty { readonly code: string; readonly name: string; readonly value: unknown; readonly description?: string }
export interface Looked {
  readonly name: string
  readonly version?: string
  readonly display: string
  readonly designations: readonly Designation[]
  readonly properties: readonly CodeProperty[]
}

export interface ValidateRequest {
  /** Codings that are asked about: one is enough. */
  readonly codings: readonly Coding[]
  /** A display beside a code. */
  readonly display?: string | undefined
  readonly on?: string | undefined
  readonly abstract?: boolean | undefined
  readonly displayLanguage?: string | undefined
  /** Find the system that the value set has the code in. */
  readonly inferSystem?: boolean | undefined
  readonly versions?: SystemVersions
}
export interface Validated { readonly result: boolean; readonly message?: string; readonly display?: string; readonly code?: string; readonly system?: string; readonly version?: string }

export interface TranslateRequest {
  readonly map: Named<ConceptMap>
  readonly codings: readonly Coding[]
  /** Value sets that the map must be from and to. */
  readonly source?: string | undefined
  readonly target?: string | undefined
  readonly targetSystem?: string | undefined
  readonly dependencies: readonly { readonly element: string; readonly concept: CodeableConcept }[]
  readonly reverse?: boolean | undefined
}
export interface Translation {
  readonly equivalence: string
  readonly concept?: Coding
  readonly products: readonly { readonly element: string; readonly concept: Coding }[]
  /** Canonical of the map. */
  readonly source?: string
}
export interface Translated { readonly result: boolean; readonly message?: string; readonly matches: readonly Translation[] }

export type Subsumption = 'equivalent' | 'subsumes' | 'subsumed-by' | 'not-subsumed'

/** The operations of http://hl7.org/fhir/R4/terminology-service.html. What is named and not there is not-found; what cannot be answered has a name. */
export interface TerminologyService extends CodeSets, CodeMembership {
  expand(request: ExpandRequest): Promise<ValueSet>
  lookup(request: LookupRequest): Promise<Looked>
  validateInSet(valueSet: Named<ValueSet>, request: ValidateRequest): Promise<Validated>
  validateInSystem(system: Named<CodeSystem>, request: ValidateRequest): Promise<Validated>
  translate(request: TranslateRequest): Promise<Translated>
  subsumes(system: Named<CodeSystem>, codes: readonly [string, string], on?: string): Promise<Subsumption>
}

/** Heads and bodies of stored terminology, whatever its size: what changed is seen at each use. */
export interface TerminologySource {
  heads(): Promise<readonly TerminologyHead[]>
  /** Bodies of some of them; what is gone meanwhile is left out. */
  bodies(heads: readonly TerminologyHead[]): Promise<readonly (TerminologyHead & { readonly body: string })[]>
}
export interface TerminologyHead { readonly type: TerminologyType; readonly id: string; readonly version: number }
export type TerminologyType = 'CodeSystem' | 'ValueSet' | 'ConceptMap'

/** Units by their grammar (http://unitsofmeasure.org): there is no list of them. */
export interface UnitChecker {
  isUnit(code: string): boolean
  canonicalUnit(code: string): { readonly base: string; readonly factor: number; readonly offset: number } | undefined
}
