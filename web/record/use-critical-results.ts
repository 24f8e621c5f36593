/** Critical results of a patient that nobody has taken note of: asked when a page of the patient opens, each minute while it is in sight, and whenever the menu learns that the number of such results has changed. */
import { useQuery } from '@tanstack/vue-query'
import { computed, watch, type ComputedRef } from 'vue'
import type { CriticalResults, WaitingResults } from '#api/model/results.ts'
import { get } from '#web/fhir/client.ts'

const EVERY_MS = 60_000

/** How many; `unchecked`: the question was refused or failed, and none is known from before. */
export function useCriticalResults(patient: () => string | undefined): ComputedRef<number | 'unchecked'> {
  const id = computed(patient)
  const found = useQuery(computed(() => ({
    queryKey: ['critical-results', id.value], enabled: id.value !== undefined && id.value !== '', refetchInterval: EVERY_MS,
    queryFn: ({ signal }: { signal: AbortSignal }) => get<CriticalResults>(`/api/patients/${encodeURIComponent(id.value ?? '')}/critical-results`, { signal, background: true, relogin: false }),
  })))
  // the menu's own question, which is asked by the menu
  const menu = useQuery<WaitingResults>({ queryKey: ['menu-count', '/api/results/waiting'], queryFn: ({ signal }) => get<WaitingResults>('/api/results/waiting', { signal, background: true, relogin: false }), enabled: false })
  watch(() => menu.data.value?.critical, (now, before) => { if (now !== before && before !== undefined) void found.refetch() })
  return computed(() => found.data.value?.count || (found.isError.value ? 'unchecked' : 0))
}
