/** What Lists name (http://hl7.org/fhir/R4/list.html), for a history of what stands in them: of a reference with a version that version, of one without all. */
import { JsonObject, parseJsonObject, type JsonValue } from '../../model/json.ts'
import { outcome } from '../../model/outcome.ts'
import type { Caller } from '../../model/ports.ts'
import { ID_PATTERN } from '../../model/resource.ts'
import { liveAndVisible } from '../../search/filters.ts'
import type { ListedVersion } from '../../search/history-query.ts'
import { SqlParameters } from '../../search/parameters.ts'
import { typeNumber } from '../../search/resource-types.ts'
import { run, type Queryable } from '../connection/rows.ts'

/** Entries of all lists together. */
const MOST_LISTED = 5000
const REFERENCE = /^([A-Z][A-Za-z]+)\/([A-Za-z0-9\-.]{1,64})(?:\/_history\/(\d{1,9}))?$/

/** A list that the caller may not see names nothing, as one that is not there. */
export const readLists = async (on: Queryable, tenant: number, { visibility }: Caller, ids: readonly string[], now: Date): Promise<readonly ListedVersion[]> => {
  const sql = new SqlParameters(tenant, ids.filter((id) => ID_PATTERN.test(id)))
  const sees = liveAndVisible('r', { sql, visibility, now: now.toISOString(), alias: (letter) => letter })
  const rows = await run<{ body: string }>(on, `select r.body from resource r where r.tenant = $1 and r.rtype = ${typeNumber('List') ?? 0} and r.id = any($2::text[]) and ${sees}`, sql.values)
  const listed = rows.flatMap(({ body }) => entriesOf(parseJsonObject(body)))
  if (listed.length > MOST_LISTED) throw outcome('too-costly', { expression: 'http._list', diagnostics: `More than ${MOST_LISTED} entries.` })
  // whoever stands in it as a whole does so once
  const whole = new Set(listed.flatMap((each) => (each.version === 0 ? [keyOf(each)] : [])))
  return [...new Map(listed.filter((each) => each.version === 0 || !whole.has(keyOf(each))).map((each) => [`${keyOf(each)}/${each.version}`, each])).values()]
}

const keyOf = ({ type, id }: ListedVersion): string => `${type}/${id}`

const entriesOf = (list: JsonObject): ListedVersion[] => {
  const entries = list.get('entry')
  return Array.isArray(entries) ? entries.flatMap(toListed) : []
}

/** What a list says was taken out of it is not in it. */
const toListed = (entry: JsonValue): ListedVersion[] => {
  if (!(entry instanceof JsonObject) || entry.get('deleted') === true) return []
  const item = entry.get('item')
  const reference = item instanceof JsonObject ? item.get('reference') : undefined
  const [, type, id, version] = typeof reference === 'string' ? REFERENCE.exec(reference) ?? [] : []
  return type === undefined || id === undefined ? [] : [{ type, id, version: Number(version ?? 0) }]
}
