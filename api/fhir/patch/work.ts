/** What patches of both kinds share: how much one may cost, how it is refused, and that nothing empty stays behind. Pure. */
import { JsonObject, type JsonValue } from '../../model/json.ts'
import { outcome, type Outcome } from '../../model/outcome.ts'

export const MAX_OPERATIONS = 1000
/** Members looked at, lists made anew and letters copied by one patch; a thousand operations on a long list, and copies of copies, grow without end. */
const MAX_WORK = 16 * 1024 * 1024
/** Work of making a list anew as elements, for each of them. */
export const PER_ITEM = 8
/** Of looking for an element in another one: measured, as much as that many members looked at. */
export const PER_LOOKUP = 48

export const isList = (value: JsonValue | undefined): value is readonly JsonValue[] => Array.isArray(value)

export const bad = (place: string, diagnostics: string): Outcome => outcome('bad-request', { expression: place, diagnostics })
/** RFC 5789 §2.2: the patch is understood, and does not fit the resource as it is. */
export const misfit = (place: string, diagnostics: string): Outcome => outcome('patch-failed', { expression: place, diagnostics })

/** What one patch may still cost. */
export class Budget {
  private left = MAX_WORK
  spend(work: number, place: string): void {
    this.left -= work
    if (this.left < 0) throw outcome('body-too-large', { expression: place, diagnostics: 'The patch is too much work.' })
  }
}

/** An operation's place in the patch, and what the patch may cost. */
export interface At { readonly place: string; readonly budget: Budget }

export const sizeOf = (value: JsonValue | undefined): number => (isList(value) ? value.length : value instanceof JsonObject ? value.size : 1)

const isEmpty = (value: JsonValue): boolean => (isList(value) ? value.length === 0 : value instanceof JsonObject && value.size === 0)

/** Without the objects and lists that hold nothing, or only such. A null stays: it keeps the place of a list of primitives. */
export const withoutEmpty = (value: JsonValue): JsonValue => {
  if (isList(value)) return value.map(withoutEmpty).filter((member) => !isEmpty(member))
  if (!(value instanceof JsonObject)) return value
  const kept = [...value.entries()].map(([name, member]) => [name, withoutEmpty(member)] as const).filter(([, member]) => !isEmpty(member))
  return new JsonObject(kept.map(([name]) => name), kept.map(([, member]) => member))
}
