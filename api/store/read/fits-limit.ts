/** Whether a resource that is still to be written is within a limit: by the search rows that it would have, which are the ones that a stored resource is judged by. */
import { stringAt, type JsonObject } from '../../model/json.ts'
import { fits, type Limit } from '../../model/scope-limit.ts'
import { patientOf } from './patient-compartment.ts'
import { buildPostings, type PostingContext } from '../write/postings.ts'

export const fitsLimit = (resource: JsonObject, limit: Limit, context: PostingContext): boolean => {
  const rows = new Set(buildPostings(resource, limit.type, context).tokens.map(String))
  return fits(limit, (digest) => rows.has(digest), patientOf(resource, limit.type, stringAt(resource, 'id') ?? '', context.bases) ?? undefined)
}
