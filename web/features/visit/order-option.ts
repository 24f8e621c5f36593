/** What a typed order line may be answered with. */
import type { Dosage, FavouriteSource } from '#api/model/favourites.ts'
import type { OrderCategory } from '#api/model/order-category.ts'
import type { Concept } from '#api/model/ports.ts'
import type { OrderSet } from '#api/model/visit-aids.ts'
import type { OrderLine } from './order-line.ts'

/** One answer to a typed order line. */
export interface CodeOption {
  readonly kind: 'drug' | OrderCategory
  readonly concept: Concept
  readonly line: OrderLine
  /** The doctor, or the department, often orders it; `place`: its digit in the list of favourites. */
  readonly favourite?: { readonly from: FavouriteSource; readonly place?: number }
  /** Taken where the line says no dose. */
  readonly usual?: Dosage
}
export interface SetOption { readonly kind: 'set'; readonly set: OrderSet }
export type OrderOption = CodeOption | SetOption
