/** Visits and released results in one line of time, newest first. Pure. */
import type { Timeline, TimelineResult, TimelineVisit } from '#api/model/chart.ts'
import { dayOf } from '#web/ui/format.ts'

export const TIMELINE_FILTERS = ['all', 'visit', 'laboratory', 'imaging', 'procedure', 'other'] as const
export type TimelineFilter = (typeof TIMELINE_FILTERS)[number]

export type TimelineEntry =
  | { readonly kind: 'visit'; readonly key: string; readonly at: string; readonly visit: TimelineVisit }
  | { readonly kind: TimelineResult['kind']; readonly key: string; readonly at: string; readonly result: TimelineResult }

export const toEntries = (pages: readonly Timeline[]): TimelineEntry[] => {
  const visits = pages.flatMap((page) => page.visits).map((visit): TimelineEntry => ({ kind: 'visit', key: `v ${visit.encounter}`, at: visit.at, visit }))
  const results = pages.flatMap((page) => page.results ?? []).map((result): TimelineEntry => ({ kind: result.kind, key: `r ${result.report}`, at: result.at, result }))
  const time = ({ at }: TimelineEntry): number => (at === '' ? Number.NEGATIVE_INFINITY : Date.parse(at))
  return [...visits, ...results].sort((a, b) => time(b) - time(a))
}

/** By year of the entry; "—": without a time. */
export const byYear = (entries: readonly TimelineEntry[]): { readonly year: string; readonly rows: readonly TimelineEntry[] }[] =>
  [...Map.groupBy(entries, ({ at }) => (at === '' ? '—' : dayOf(at).slice(0, 4)))].map(([year, rows]) => ({ year, rows }))
