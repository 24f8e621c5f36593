/** What helps to fill a visit sheet, as screens and server exchange it: favourites. Nothing of patients is in it. */
import type { Dosage, FavouriteKind, FavouriteSource } from './favourites.ts'
import type { Concept } from './ports.ts'

/** What the doctor usually orders or diagnoses, as the list of the day has it. */
export interface Favourite { readonly kind: FavouriteKind; readonly concept: Concept; readonly from: FavouriteSource; readonly dosage?: Dosage }

/** GET /api/favourites : best first, nine of each at most. */
export interface FavouriteLists { readonly orders: readonly Favourite[]; readonly diagnoses: readonly Favourite[] }
