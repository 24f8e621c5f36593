/** Limits that one part keeps and another states. */

/** Rules (FHIR invariants) judged in one resource: a second or so of work during which nobody else is served. A larger resource is refused. */
export const MAX_RULES = 30_000
/** Observations that one $lastn, or one code of a $stats, looks at. */
export const MOST_OBSERVED = 10_000

/** Subscriptions that a client may have at a time. */
export const MOST_SUBSCRIPTIONS = 50
/** Events that wait for one receiver: beyond that its Subscription is off. */
export const MOST_WAITING = 10_000
/** Days for which events that have been told are kept for $events. */
export const EVENT_DAYS = 7
/** Failed attempts in a row after which a Subscription is off; the pause between them doubles from two seconds up to an hour. */
export const MOST_TRIES = 16

/** Resources that a page has beside its matches, and rounds of _include:iterate after the first: more are refused rather than left out in silence. */
export const MOST_INCLUDED = 1000, DEEPEST_ITERATE = 5
/** Where _total=estimate stops counting. */
export const ESTIMATE_CAP = 10_001
