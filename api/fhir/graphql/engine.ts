/** GraphQL of FHIR: http://hl7.org/fhir/R4/graphql.html. What a query asks for, as the text of the answer. It is imported when the first query comes, and so is the library. */
import type { OpenFhirPath } from '../../model/fhirpath-port.ts'
import type { JsonObject } from '../../model/json.ts'
import type { Caller } from '../../model/ports.ts'
import type { ResourceKey } from '../../model/resource.ts'
import { prepareQuery, type GraphqlRequest } from './document.ts'
import { executeQuery } from './execute.ts'
import { LONGEST_FHIRPATH_MS } from './limits.ts'
import { createLoader, type LoadDeps } from './load.ts'
import { buildSchemas, type Schemas } from './schema.ts'

export { toFailed, type ToFailed } from './failure.ts'

export interface EngineDeps extends LoadDeps {
  readonly openFhirPath: OpenFhirPath
}

export interface Asked {
  readonly caller: Caller
  readonly request: GraphqlRequest
  /** The resource that the query begins at. */
  readonly at: ResourceKey | undefined
  /** Absolute addresses of this server. */
  readonly bases: readonly string[]
}

export type Engine = (asked: Asked) => Promise<string>

/** The schema is kept: half a second of work and some 40 MB, of which a server without GraphQL has nothing. */
export const createEngine = (deps: EngineDeps): Engine => {
  let schemas: Schemas | undefined
  return async ({ caller, request, at, bases }) => {
    schemas ??= buildSchemas()
    const fhirPath = deps.openFhirPath(LONGEST_FHIRPATH_MS)
    const prepared = prepareQuery(request, at === undefined ? schemas.system : schemas.forType(at.type))
    const loader = createLoader(deps, caller, bases, fhirPath)
    const source: JsonObject | undefined = at && await loader.read(at)
    return `{"data":${await executeQuery({ loader, fhirPath, bases }, prepared, source)}}`
  }
}
