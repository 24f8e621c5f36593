/** Looking up one code in the list of the visit's day. */
import type { Concept } from '#api/model/ports.ts'
import type { ListName } from '#api/model/systems.ts'

/** The concept of exactly this code; undefined when the list of the day does not hold it. */
export type FindCode = (list: ListName, code: string) => Promise<Concept | undefined>
