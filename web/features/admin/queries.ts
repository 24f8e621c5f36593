/** Look-ups of the administrator's pages: key, address and type together. */
import { queryOptions } from '@tanstack/vue-query'
import type { AuditAnswer, ClientRow, CodeLists, Department, HospitalExchange, HospitalProfile, StaffMember } from '#api/model/site.ts'
import { get } from '#web/fhir/client.ts'
import { pollingOptions } from '#web/fhir/polling.ts'

export const hospitalQuery = () => queryOptions({ queryKey: ['admin', 'hospital'], queryFn: () => get<HospitalProfile>('/api/admin/hospital') })
export const departmentsQuery = () => queryOptions({ queryKey: ['admin', 'departments'], queryFn: () => get<Department[]>('/api/admin/departments') })
export const staffQuery = () => queryOptions({ queryKey: ['admin', 'staff'], queryFn: () => get<StaffMember[]>('/api/admin/staff') })
export const clientsQuery = () => queryOptions({ queryKey: ['admin', 'clients'], queryFn: () => get<ClientRow[]>('/api/admin/clients') })
export const codeListsQuery = () => queryOptions({ queryKey: ['admin', 'code-lists'], queryFn: () => get<CodeLists>('/api/code-lists') })
export const exchangeQuery = () => queryOptions({ queryKey: ['admin', 'exchange'], queryFn: (context) => get<HospitalExchange>('/api/exchange/status', pollingOptions(context)), refetchInterval: 3_000 })

export interface AuditFilter { readonly from: string; readonly to: string; readonly interaction: string; readonly patient: string; readonly account: string; readonly before?: string }
export const findAudit = (filter: AuditFilter): Promise<AuditAnswer> => get<AuditAnswer>('/api/admin/audit', { query: { ...filter } })
