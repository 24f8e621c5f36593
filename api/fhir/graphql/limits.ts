/** What one GraphQL query may cost; stated in the CapabilityStatement, and beyond it refused by name (too-costly, body-too-large), never cut. Pure. */

/** Characters of a query. */
export const LONGEST_QUERY = 65_536
/** Words and signs of a query. */
export const MOST_TOKENS = 8_000
/** Fields inside fields, with the fragments written out. */
export const DEEPEST_FIELD = 24
/** Brackets inside each other, whatever they are; looked at before anything else is. */
export const DEEPEST_BRACKETS = 200
/** Lists and objects inside each other, as arguments. */
export const DEEPEST_SYNTAX = 200
/** Fields, with the fragments written out wherever they are used. */
export const MOST_FIELDS = 2_000
export const MOST_ALIASES = 200
/** Reads by id, searches and connections that one query may ask for; what refers to the resources of one level is one search for each 500 of them. */
export const MOST_SEARCHES = 50
/** Resources that one query may look at, each counted once for each list that it stands in. */
export const MOST_RESOURCES = 5_000
/** What one list may have without `_count`: a longer one is for a Connection. */
export const LONGEST_LIST = 1_000
/** Objects of the answer; the whole schema, as tools ask for it, has 242,000. */
export const MOST_OBJECTS = 300_000
/** Characters of the values in the answer. */
export const LONGEST_ANSWER = 32 * 1_048_576
/** Milliseconds for all of it. */
export const LONGEST_MS = 10_000
/** Milliseconds for all FHIRPath of a query. */
export const LONGEST_FHIRPATH_MS = 500
/** Of the schema: the whole weighs 20, a type 1 (measure.ts). */
export const MOST_TOLD = 25
