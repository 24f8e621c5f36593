/** The order sets and phrases of whoever fills the sheet, asked for once; kept in step by who adds one. */
import { useQuery, useQueryClient } from '@tanstack/vue-query'
import { computed, type ComputedRef } from 'vue'
import type { OrderSet, Phrase } from '#api/model/visit-aids.ts'
import { visitAidsQuery } from '#web/fhir/queries.ts'
import { useSession } from '#web/session/session.ts'

export interface VisitAidDesk {
  readonly phrases: ComputedRef<readonly Phrase[]>
  /** Throws when they cannot be had. */
  sets(): Promise<readonly OrderSet[]>
  /** After one was added. */
  refresh(): Promise<void>
}

export function useVisitAids(): VisitAidDesk {
  const cache = useQueryClient()
  const session = useSession()
  const aids = useQuery(computed(() => ({ ...visitAidsQuery(), enabled: session.holds('doctor', 'head') })))
  return {
    phrases: computed(() => aids.data.value?.phrases ?? []),
    sets: async () => (await cache.fetchQuery(visitAidsQuery())).sets,
    refresh: () => cache.invalidateQueries({ queryKey: visitAidsQuery().queryKey }),
  }
}
