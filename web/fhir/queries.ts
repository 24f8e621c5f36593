/** Look-ups that several features need: key, address and type together. */
import { queryOptions } from '@tanstack/vue-query'
import type { Coding } from '@medplum/fhirtypes'
import type { Concept } from '#api/model/ports.ts'
import type { Department, QueueRow } from '#api/model/site.ts'
import type { VisitAids } from '#api/model/visit-aids.ts'
import type { ListName } from '#api/model/systems.ts'
import { get } from './client.ts'
import { pollingOptions } from './polling.ts'

/** Concepts of a list that match a text, as of a day (today when left out). */
export const findTerms = (list: ListName, text: string, options: { on?: string; count?: number; signal?: AbortSignal } = {}): Promise<readonly Concept[]> =>
  get<readonly Concept[]>('/api/terms', { query: { list, q: text, on: options.on, count: options.count ?? 20 }, ...(options.signal ? { signal: options.signal } : {}) })

/** A whole short list (ranks, categories, dispositions) as of a day (today when left out), asked once an hour. */
export const termList = (list: ListName, on?: string) => queryOptions({
  queryKey: ['terms', list, on ?? 'today'],
  queryFn: () => findTerms(list, '', { count: 500, ...(on === undefined ? {} : { on }) }),
  staleTime: 3_600_000,
})

/** A stored Coding carries system and version, so that it can be read back as of its day. */
export const toCoding = (concept: Concept): Coding => ({ system: concept.system, version: concept.version, code: concept.code, display: concept.display })

/** A source for a combobox whose model is a Coding. */
export const codingSource = (list: ListName, count = 30) => async (text: string, signal: AbortSignal): Promise<readonly Coding[]> =>
  (await findTerms(list, text, { count, signal })).map(toCoding)

/** Departments in use, as any member of staff may read them. */
export const departmentsInUseQuery = () => queryOptions({
  queryKey: ['departments'],
  queryFn: ({ signal }) => get<readonly Department[]>('/api/departments', { signal }),
  staleTime: 300_000,
})

/** Clinics that receive outpatients. */
export const clinicsQuery = () => queryOptions({
  ...departmentsInUseQuery(),
  select: (departments: readonly Department[]): readonly Department[] => departments.filter((department) => department.kind === 'clinic'),
})

/** Today's queue of a department; asked again by itself while the page is open. */
export const queueQuery = (department: string) => queryOptions({
  queryKey: ['queue', department],
  queryFn: (context) => get<readonly QueueRow[]>('/api/queue', { query: { department }, ...pollingOptions(context) }),
  enabled: department !== '',
  refetchInterval: 15_000,
})

/** Order sets and phrases that the signed-in person may use. */
export const visitAidsQuery = () => queryOptions({
  queryKey: ['visit-aids'],
  queryFn: ({ signal }) => get<VisitAids>('/api/visit-aids', { signal }),
  staleTime: 60_000,
})
