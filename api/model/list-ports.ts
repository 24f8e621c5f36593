/** What is said of a code list: its version, the mapping of a published file, the report of an import. Part of ports.ts, which hands them all on. */
export interface CodeListInfo {
  readonly list: string
  readonly system: string
  readonly version: string
  readonly title: string
  readonly validFrom: string
  readonly validTo?: string
  readonly concepts: number
  readonly unreviewed: number
  /** A list of our own making, to be replaced by the official file. */
  readonly starter: boolean
  /** Whether the list holds every code that its source has. */
  readonly complete: boolean
  readonly source: string
  readonly licence: string
  readonly legalBasis?: string
}

export interface ListMapping {
  readonly list: string
  readonly version: string
  /** Name of the list from now on; undefined: as the version before has it. */
  readonly title?: string
  readonly validFrom: string
  readonly validTo?: string
  readonly legalBasis?: string
  readonly source: string
  readonly licence: string
  readonly starter: boolean
  readonly complete: boolean
  /** Column title (or zero-based index as text) of each field: code and display, the row's own days, whether it was reviewed, then properties. */
  readonly columns: {
    readonly code: string; readonly display: string; readonly displayEn?: string
    readonly validFrom?: string; readonly validTo?: string; readonly reviewed?: string
    readonly properties?: Readonly<Record<string, string>>
  }
}

/** `field`: display, displayEn, validFrom, validTo, reviewed, or the name of a property. A side is missing where there was, or is, nothing. */
export interface FieldChange { readonly field: string; readonly before?: string; readonly after?: string }

export interface RowChange {
  readonly code: string
  readonly display: string
  readonly kind: 'added' | 'changed' | 'ended'
  readonly fields: readonly FieldChange[]
}

export interface ListDifference {
  readonly added: number
  readonly changed: number
  /** Codes of the version before that this one does not have: they hold until the day before it starts. */
  readonly ended: number
  readonly unchanged: number
  /** Every one of them: ended, then changed, then added, each in the order of its file. */
  readonly changes: readonly RowChange[]
}

export interface ImportReport extends ListDifference {
  readonly list: string
  readonly version: string
  /** The version in force on the first day, which the file is compared with; undefined: there is none. */
  readonly against?: string
  /** First and last day as they are stored: before a later version that is there already, it ends. */
  readonly validFrom: string
  readonly validTo?: string
  /** Versions that this one ends, each with its new last day. */
  readonly closes: readonly { readonly version: string; readonly validTo: string }[]
  readonly errors: readonly { readonly row: number; readonly message: string }[]
  readonly applied: boolean
}
