/** What the views of a record ask the server: key, address and type together. Refused without a care relation, they ask for the reason and go on. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/vue-query'
import type { ChartHits, ChartImages, ChartSeries, ChartSeriesList, PatientChart, Timeline } from '#api/model/chart.ts'
import type { DocumentRow } from '#api/model/site.ts'
import { get } from '#web/fhir/client.ts'
import { withBreakGlass } from '#web/shell/break-glass.ts'

const at = (patient: string, path: string): string => `/api/patients/${encodeURIComponent(patient)}/${path}`
const key = (patient: string, ...rest: readonly string[]): readonly string[] => ['chart', patient, ...rest]

/** A record changes while it is read: what is a minute old is asked again when its view is opened. */
const staleTime = 60_000

export const chartQuery = (patient: string) => queryOptions({
  queryKey: key(patient), staleTime, queryFn: ({ signal }) => withBreakGlass(patient, () => get<PatientChart>(at(patient, 'chart'), { signal })),
})

export const timelineQuery = (patient: string) => infiniteQueryOptions({
  queryKey: key(patient, 'timeline'), staleTime, initialPageParam: '',
  queryFn: ({ signal, pageParam }) => get<Timeline>(at(patient, 'timeline'), { signal, query: { cursor: pageParam } }),
  getNextPageParam: (last) => last.next,
})

export const seriesQuery = (patient: string) => queryOptions({
  queryKey: key(patient, 'series'), staleTime, queryFn: ({ signal }) => get<ChartSeriesList>(at(patient, 'series'), { signal }),
})

export const valuesQuery = (patient: string, code: string) => queryOptions({
  queryKey: key(patient, 'values', code), staleTime, enabled: code !== '', queryFn: ({ signal }) => get<ChartSeries>(at(patient, 'series/values'), { signal, query: { code } }),
})

export const imagesQuery = (patient: string) => queryOptions({
  queryKey: key(patient, 'images'), staleTime, queryFn: ({ signal }) => get<ChartImages>(at(patient, 'images'), { signal }),
})

export const documentsQuery = (patient: string) => queryOptions({
  queryKey: key(patient, 'documents'), staleTime, queryFn: ({ signal }) => get<readonly DocumentRow[]>('/api/documents', { signal, query: { patient } }),
})

export const hitsQuery = (patient: string, words: string) => queryOptions({
  queryKey: key(patient, 'hits', words), staleTime, enabled: words.trim().length >= 2, queryFn: ({ signal }) => get<ChartHits>(at(patient, 'chart-search'), { signal, query: { q: words.trim() } }),
})
