/** What doctors usually order: what is counted when a visit is signed, and what comes of it. Codes and doses; nothing of patients. */

/** How a drug is taken, without the drug. */
export interface Dosage {
  /** Amount of one dose as it was typed: "0.5". */
  readonly dose: string
  /** Times a day. */
  readonly frequency: number
  readonly days: number
  readonly note: string
  /** Code of the list of routes. */
  readonly route?: string
}

export type FavouriteKind = 'drug' | 'order' | 'diagnosis'

export interface CountedCode { readonly kind: FavouriteKind; readonly code: string; readonly dosage?: Dosage }

/** One signed visit. */
export interface OrderCount {
  readonly account: string
  /** FHIR id; '' when the visit names none. */
  readonly department: string
  /** Of the main diagnosis, "J03"; '' for none. */
  readonly category: string
  readonly codes: readonly CountedCode[]
}

/** Whose habit it is: this doctor's with this diagnosis, this doctor's, the department's. */
export type FavouriteSource = 'diagnosis' | 'own' | 'department'

export interface RankedCode extends CountedCode { readonly from: FavouriteSource }

/** A code as it was counted; the weight is that of the moment it was last used. */
export interface FavouriteRow extends CountedCode { readonly category: string; readonly weight: number; readonly lastUsed: Date }

/** What is kept: only of the caller's own account with doses, of the department only how often. */
export interface Favourites {
  /** `own`: all of the account; `department`: of everybody there, each code once, heaviest first. */
  find(account: string, department: string): Promise<{ readonly own: readonly FavouriteRow[]; readonly department: readonly FavouriteRow[] }>
}

/** Days in which a habit loses half of its weight. */
export const HALF_LIFE_DAYS = 120
/** Rows of one account: those not used for longest go first. */
export const MOST_FAVOURITES = 500

/** The category of an ICD-10 code: "J03.9" is of "J03"; '' when it is none. */
export const categoryOf = (code: string): string => /^[A-Z]\d[0-9A-Z]/.exec(code)?.[0] ?? ''

/** A note that may be about one patient is none to keep: long ones, and those with a number that could name somebody. */
export const keptNote = (note: string): string => (note.length > 80 || /\d{6}/.test(note.replace(/[\s.]/g, '')) ? '' : note)
