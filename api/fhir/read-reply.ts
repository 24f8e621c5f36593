/** The answer to a read or vread: the stored text as it is, a part of it (view.ts), or the content of a Binary. http://hl7.org/fhir/R4/http.html#read */
import type { GuardedRequest, Reply } from '../http/route.ts'
import { contentOf, type StoredVersion } from '../model/resource.ts'
import { contentReply } from './binary-content.ts'
import { requireFormat } from './format.ts'
import { fhirReply, versionHeaders } from './headers.ts'
import { requireKnown } from './parameters.ts'
import { applyView, VIEW_PARAMETERS, viewOf } from './view.ts'

/** Judges form and parameters before anything is read. Throws not-acceptable, unknown-parameter, bad-parameter. */
export const readReply = (request: GuardedRequest, type: string): ((stored: StoredVersion) => Reply) => {
  const ownForm = contentReply(request, type)
  if (ownForm === undefined) requireFormat(request)
  requireKnown(request, VIEW_PARAMETERS)
  const view = viewOf(request, type)
  return (stored) => {
    const content = ownForm?.(stored)
    if (content !== undefined) return content
    // its content is of another type: then the resource has to be in a form that was asked for
    if (ownForm !== undefined) requireFormat(request)
    return fhirReply(request, 200, applyView(contentOf(stored), view), versionHeaders(stored))
  }
}
