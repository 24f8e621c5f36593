/** Text of a field: bounded, and without U+0000, which PostgreSQL cannot hold (https://www.postgresql.org/docs/current/datatype-character.html). */
import { z } from 'zod'

/** As typed, up to `max` UTF-16 units. */
export const text = (max: number) => z.string().max(max).refine((value) => !value.includes('\0'), 'no NUL character')

/** Without space around it, in one composed form (NFC): what a person types into a line of a form. */
export const line = (max: number) => text(max).transform((value) => value.normalize('NFC').trim())
