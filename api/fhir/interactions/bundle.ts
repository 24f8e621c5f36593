/** POST of a Bundle to the base: batch or transaction by its type. http://hl7.org/fhir/R4/http.html#transaction */
import type { GuardedRequest, Reply } from '../../http/route.ts'
import { readBundle, type RequestEntry } from '../bundle-body.ts'
import { baseOf } from '../headers.ts'
import { requireParameters } from '../parameters.ts'

export type BundleHandler = (request: GuardedRequest, entries: readonly RequestEntry[]) => Promise<Reply>

export const bundleInteraction = (deps: { readonly transaction: BundleHandler; readonly batch: BundleHandler; readonly publicUrl: string }) =>
  async (request: GuardedRequest): Promise<Reply> => {
    requireParameters(request)
    const { type, entries } = readBundle(request.json(), baseOf(request, deps.publicUrl))
    return type === 'transaction' ? deps.transaction(request, entries) : deps.batch(request, entries)
  }
