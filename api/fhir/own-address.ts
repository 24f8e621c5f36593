/**
 * The addresses of this server itself: the public one of the settings, and the one by which a client reached it, which stands in the fullUrls that it was answered. A reference by either is a
 * reference to what is here, so it is stored and searched for as a relative one (http://hl7.org/fhir/R4/references.html#literal: it is for the server to know its own base).
 */
import type { RouteRequest } from '../http/route.ts'
import type { JsonValue } from '../model/json.ts'
import { baseOf } from './headers.ts'
import { changeReferences, parseRelative } from './references.ts'

/** FHIR bases without a slash behind them. */
export const ownBases = (request: Pick<RouteRequest, 'headers'>, publicUrl: string): string[] => [...new Set([`${publicUrl}/fhir/R4`, baseOf(request, publicUrl)])]

/** What stands behind one of the bases: "Patient/1"; undefined for an address elsewhere and for what is relative already. */
export const behindBase = (address: string, bases: readonly string[]): string | undefined => {
  const base = bases.find((own) => address.startsWith(`${own}/`))
  return base === undefined ? undefined : address.slice(base.length + 1)
}

/** A copy in which references to resources under one of the bases are relative; the value itself when there are none. */
export const toRelative = (value: JsonValue, bases: readonly string[]): JsonValue => changeReferences(value, (reference) => {
  const rest = behindBase(reference, bases)
  return rest !== undefined && parseRelative(rest) !== undefined ? rest : undefined
})

/** One text for an address under any of the bases, which is no relative reference; others as they are. */
export const ownAddress = (address: string, bases: readonly string[]): string => {
  const rest = behindBase(address, bases)
  return rest === undefined ? address : `own:${rest}`
}

/** What writes a resource of a request, told by which addresses it was reached, and is at all. */
export const reachedBy = <T extends { readonly publicUrl: string; readonly bases?: readonly string[] }>(deps: T, request: Pick<RouteRequest, 'headers'>): T & { readonly bases: readonly string[] } =>
  ({ ...deps, bases: [...new Set([...ownBases(request, deps.publicUrl), ...deps.bases ?? []])] })
