/** Operations asked for by entries of a transaction: they are named and refused, before anything is read or written. http://hl7.org/fhir/R4/operations.html#executing */
import { outcome } from '../model/outcome.ts'
import type { RequestEntry } from './bundle-body.ts'
import type { FindOperation } from './interactions/batch.ts'

/**
 * Throws bad-request for the first operation among the entries. One that writes has a transaction of its own, which would stand when this one is undone; one that
 * reads would not see what this one has written.
 */
export const refuseOperations = (find: FindOperation, entries: readonly RequestEntry[]): void => {
  for (const { method, url, path } of entries) {
    const address = url.split('?', 1)[0] ?? ''
    const name = address.slice(address.lastIndexOf('/') + 1)
    if (!name.startsWith('$')) continue
    const found = find(method, address)
    const why = found === undefined ? 'no operation has this method and address'
      : found.writes ? 'it writes in a transaction of its own. Send it alone or in a batch'
        : 'it reads outside of the transaction, and would not see what that writes. Send it afterwards, alone or in a batch'
    throw outcome('bad-request', { expression: `${path}.request.url`, diagnostics: `${name.slice(0, 64)} is not done inside a transaction: ${why}.` })
  }
}
