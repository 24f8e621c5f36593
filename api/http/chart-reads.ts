/** How the pages of a record read it: only by whoever may see this patient's content, bounded, and on record before the answer. */
import type { AuditLog, AuditRow, Caller, ResourceStore } from '../model/ports.ts'
import { outcome } from '../model/outcome.ts'
import { ID_PATTERN, type StoredVersion } from '../model/resource.ts'
import type { Gate } from '../fhir/gate.ts'
import { narrow } from '../security/policy.ts'
import { requireParam } from './input.ts'
import type { GuardedRequest } from './route.ts'

export interface ChartReadDeps {
  readonly store: ResourceStore
  readonly gate: Gate
  readonly audit: AuditLog
}

/** What is read of a record at once: the store's largest page. */
export const PAGE = 1000

/** The patient of the address. Throws not-found, and after an audit row forbidden or break-glass-needed. */
export const requireChart = async ({ gate }: Pick<ChartReadDeps, 'gate'>, request: GuardedRequest): Promise<string> => {
  const patient = requireParam(request, 'patient')
  if (!ID_PATTERN.test(patient)) throw outcome('not-found')
  await gate.require(request.caller, [{ interaction: 'search-type', type: 'Condition', patient }, { interaction: 'search-type', type: 'Observation', patient }])
  return patient
}

export const recordChart = ({ audit }: Pick<ChartReadDeps, 'audit'>, caller: Caller, patient: string, row: Pick<AuditRow, 'interaction'> & { readonly detail?: string }): Promise<void> =>
  audit.record(caller, { action: 'R', type: 'Patient', id: patient, patient, outcome: 'success', ...row })

export interface Newest { readonly matches: readonly StoredVersion[]; /** There is more than was read. */ readonly cut: boolean; readonly next?: string }

/** Resources of a type in the patient's record, in the order of the parameters, as the caller sees them. */
export const readNewest = async ({ store }: Pick<ChartReadDeps, 'store'>, caller: Caller, type: string, parameters: readonly (readonly [string, string])[], options: { readonly count?: number; readonly pages?: number } = {}): Promise<Newest> => {
  const { count = PAGE, pages = 1 } = options
  const matches: StoredVersion[] = []
  let cursor: string | undefined
  for (let page = 0; page < pages; page += 1) {
    const found = await store.search(narrow(caller, 'search-type', type), { type, parameters: [...parameters, ['_count', String(count)], ...(cursor === undefined ? [] : [['_cursor', cursor] as const])], strict: true })
    matches.push(...found.matches)
    cursor = found.next
    if (cursor === undefined) break
  }
  return { matches, cut: cursor !== undefined, ...(cursor !== undefined && { next: cursor }) }
}
