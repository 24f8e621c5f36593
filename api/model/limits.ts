/** Limits that one part keeps and another states. */

/** Rules (FHIR invariants) judged in one resource: a second or so of work during which nobody else is served. A larger resource is refused. */
export const MAX_RULES = 30_000
/** Observations that one $lastn, or one code of a $stats, looks at. */
export const MOST_OBSERVED = 10_000
