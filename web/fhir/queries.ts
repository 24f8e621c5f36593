/** Look-ups that several features need: key, address and type together. */
import { queryOptions } from '@tanstack/vue-query'
import type { Coding } from '@medplum/fhirtypes'
import type { Concept } from '#api/model/ports.ts'
import type { ListName } from '#api/model/systems.ts'
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
