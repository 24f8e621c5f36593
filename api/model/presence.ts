/** Who else has a visit open, as the sheets tell each other over GET /api/visits/:encounter/presence (a websocket). Of the moment only: nothing of it is stored. */
import { z } from 'zod'

/** Parts of the visit sheet in the order in which they stand. */
export const SHEET_SECTIONS = ['reason', 'allergies', 'vitals', 'examination', 'diagnoses', 'orders', 'outcome'] as const
export type SheetSection = (typeof SHEET_SECTIONS)[number]

/** What a sheet says of itself: where its person is, and whether something was typed there just now. */
export const SheetStateShape = z.strictObject({ section: z.enum(SHEET_SECTIONS).nullable(), writing: z.boolean() })
export type SheetState = z.infer<typeof SheetStateShape>

/** One person; of several windows the one in which something is written. */
export interface Presence extends SheetState {
  readonly name: string
  /** The same person at another window or PC. */
  readonly own: boolean
}

/** What the server says, whenever it changed. */
export interface PresenceNews { readonly others: readonly Presence[] }
