/** What helps to fill a visit sheet, as screens and server exchange it: favourites, order sets, phrases. Nothing of patients is in it. */
import type { Dosage, FavouriteKind, FavouriteSource } from './favourites.ts'
import type { Concept } from './ports.ts'

/** What the doctor usually orders or diagnoses, as the list of the day has it. */
export interface Favourite { readonly kind: FavouriteKind; readonly concept: Concept; readonly from: FavouriteSource; readonly dosage?: Dosage }

/** GET /api/favourites : best first, nine of each at most. */
export interface FavouriteLists { readonly orders: readonly Favourite[]; readonly diagnoses: readonly Favourite[] }

export const AID_SCOPES = ['person', 'department', 'hospital'] as const
export type AidScope = (typeof AID_SCOPES)[number]
/** The long texts of the sheet that a phrase can be meant for. */
export const PHRASE_SECTIONS = ['history', 'pastHistory', 'examination', 'results', 'plan', 'remarks'] as const
export type PhraseSection = (typeof PHRASE_SECTIONS)[number]

/** A line of an order set: the code is looked up again on the day it is used; the name is what it was called when it was kept. */
export interface SetLine { readonly kind: 'drug' | 'order'; readonly code: string; readonly display: string; readonly dosage?: Dosage }
export interface SetBody { readonly kind: 'order-set'; readonly lines: readonly SetLine[] }
/** Places to fill in are written {so}. Without a section it is offered in every text. */
export interface PhraseBody { readonly kind: 'phrase'; readonly text: string; readonly section?: PhraseSection }

export interface AidOwner {
  readonly scope: AidScope
  /** Account, FHIR id of the department, or ''. */
  readonly owner: string
}
export interface NewAid extends AidOwner { readonly name: string; readonly body: SetBody | PhraseBody }
export interface KeptAid extends NewAid { readonly id: string; readonly version: number }

/** As the screens see it. */
export interface VisitAid<Body extends SetBody | PhraseBody = SetBody | PhraseBody> {
  readonly id: string
  readonly version: number
  readonly scope: AidScope
  /** FHIR id, of a department's. */
  readonly department?: string
  /** Of a set its title; of a phrase what is typed behind the dot. */
  readonly name: string
  readonly body: Body
  readonly mayChange: boolean
}
export type OrderSet = VisitAid<SetBody>
export type Phrase = VisitAid<PhraseBody>

/** GET /api/visit-aids : those of the person, of the departments of the person's grants, of the hospital; each by name. */
export interface VisitAids { readonly sets: readonly OrderSet[]; readonly phrases: readonly Phrase[] }
