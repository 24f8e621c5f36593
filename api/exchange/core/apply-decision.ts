/** Whether an entry may take effect now: within one patient strictly ascending, across patients in any order. */
export type ApplyDecision = { readonly do: 'apply' } | { readonly do: 'park' } | { readonly do: 'quarantine'; readonly reason: 'order-reused' }

/** `applied`: the patient's order number that was applied last, 0 when none. `pseq` 0 stands outside any order. */
export const decideApply = (pseq: number, applied: number): ApplyDecision => {
  if (pseq === 0 || pseq === applied + 1) return { do: 'apply' }
  return pseq > applied ? { do: 'park' } : { do: 'quarantine', reason: 'order-reused' }
}
