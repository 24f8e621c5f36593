/** Look-ups that several features need: key, address and type together. */
import { queryOptions } from '@tanstack/vue-query'
import type { Bundle, Coding, Organization } from '@medplum/fhirtypes'
import type { Concept } from '#api/model/ports.ts'
import type { QueueRow } from '#api/model/site.ts'
import { CODE_SYSTEM, type ListName } from '#api/model/systems.ts'
import { get } from './client.ts'

/** Concepts of a list that match a text, as of a day (today when left out). */
export const findTerms = (list: ListName, text: string, options: { on?: string; count?: number; signal?: AbortSignal } = {}): Promise<readonly Concept[]> =>
  get<readonly Concept[]>('/api/terms', { query: { list, q: text, on: options.on, count: options.count ?? 20 }, ...(options.signal ? { signal: options.signal } : {}) })

/** A whole short list (ranks, categories, dispositions), asked once an hour. */
export const termList = (list: ListName) => queryOptions({
  queryKey: ['terms', list],
  queryFn: () => findTerms(list, '', { count: 500 }),
  staleTime: 3_600_000,
})

/** A stored Coding carries system and version, so that it can be read back as of its day. */
export const toCoding = (concept: Concept): Coding => ({ system: concept.system, version: concept.version, code: concept.code, display: concept.display })

/** A source for a combobox whose model is a Coding. */
export const codingSource = (list: ListName, count = 30) => async (text: string, signal: AbortSignal): Promise<readonly Coding[]> =>
  (await findTerms(list, text, { count, signal })).map(toCoding)

export interface Clinic { readonly id: string; readonly name: string }

const isClinic = (organization: Organization): boolean =>
  organization.active !== false && (organization.type ?? []).some((type) => (type.coding ?? []).some((coding) => coding.system === CODE_SYSTEM.departmentKind && coding.code === 'clinic'))

/** Clinics that receive outpatients, by name. */
export const clinicsQuery = () => queryOptions({
  queryKey: ['clinics'],
  queryFn: async (): Promise<readonly Clinic[]> => {
    const bundle = await get<Bundle<Organization>>('/fhir/R4/Organization', { query: { _count: 500 } })
    return (bundle.entry ?? [])
      .flatMap((entry) => (entry.resource && entry.resource.id && isClinic(entry.resource) ? [{ id: entry.resource.id, name: entry.resource.name ?? entry.resource.id }] : []))
      .sort((a, b) => a.name.localeCompare(b.name, 'vi'))
  },
  staleTime: 300_000,
})

/** Today's queue of a department; asked again by itself while the page is open. */
export const queueQuery = (department: string) => queryOptions({
  queryKey: ['queue', department],
  queryFn: ({ signal }) => get<readonly QueueRow[]>('/api/queue', { query: { department }, signal }),
  enabled: department !== '',
  refetchInterval: 15_000,
})
