/** What a Subscription waits for: R4's criteria (http://hl7.org/fhir/R4/subscription-definitions.html#Subscription.criteria), or a topic with its filters. */
import { arrayAt, stringAt, type JsonObject, type JsonValue } from '../../model/json.ts'
import { outcome } from '../../model/outcome.ts'
import type { SubscriptionFilter, SubscriptionPlan } from '../../model/subscription-plan.ts'
import type { SearchContext } from '../../search/ast.ts'
import { parseSearch } from '../../search/parse.ts'
import { typeNumber } from '../../search/resource-types.ts'
import { BACKPORT_EXTENSION, findTopic } from './topics.ts'

const SHAPES = /^_(count|sort|include|revinclude|total|summary|elements|cursor|type|format|pretty|contained|containedType)(:|$)/
/** They have no versions, or tell of their own telling. */
const CLOSED: ReadonlySet<string> = new Set(['AuditEvent', 'Subscription'])
const MOST_FILTERS = 20

export const invalid = (expression: string, diagnostics: string): never => { throw outcome('invalid-resource', { expression: `Subscription.${expression}`, diagnostics }) }

/** "Observation?code=a&status=final" -> its type and pairs. Throws invalid-resource, and what the search says of its parameters. */
const parseCriteria = (text: string, place: string, context: SearchContext): { readonly type: string; readonly pairs: readonly (readonly [string, string])[] } => {
  const [, type = '', query = ''] = /^([A-Za-z]+)(?:\?(.*))?$/s.exec(text) ?? []
  if (typeNumber(type) === undefined) invalid(place, 'Expected Type?search, for example Observation?status=final.')
  if (CLOSED.has(type)) invalid(place, `Nobody is told of ${type}.`)
  const pairs = [...new URLSearchParams(query)]
  for (const [name] of pairs) if (SHAPES.test(name)) invalid(place, `${name.slice(0, 64)} shapes a page and says nothing of a resource.`)
  parseSearch({ type, parameters: pairs, strict: true }, context)
  return { type, pairs }
}

/** Values of an extension on an element, by its address. */
export const extensionsOf = (element: JsonValue | undefined, url: string): JsonObject[] =>
  arrayAt(element, 'extension').flatMap((each) => (stringAt(each, 'url') === url && typeof each === 'object' && each !== null && 'get' in each ? [each] : []))

export const readCriteria = (resource: JsonObject, context: SearchContext): Pick<SubscriptionPlan, 'topic' | 'changes' | 'filters'> => {
  const criteria = stringAt(resource, 'criteria') ?? ''
  const texts = extensionsOf(resource.get('_criteria'), BACKPORT_EXTENSION.filter).map((each) => stringAt(each, 'valueString') ?? '')
  if (!/^[a-z][a-z0-9+.-]*:/i.test(criteria)) {
    if (texts.length > 0) invalid('criteria', 'Filters belong to a topic: name its canonical.')
    const { type, pairs } = parseCriteria(criteria, 'criteria', context)
    return { changes: ['C', 'U'], filters: [{ type, searches: [pairs] }] }
  }
  const topic = findTopic(criteria) ?? invalid('criteria', 'No topic of this server: the CapabilityStatement lists them.')
  if (texts.length === 0) invalid('criteria', `The topic tells of any type: say which one by a filter (${BACKPORT_EXTENSION.filter}).`)
  if (texts.length > MOST_FILTERS) invalid('criteria', `At most ${MOST_FILTERS} filters.`)
  const byType = new Map<string, (readonly (readonly [string, string])[])[]>()
  for (const text of texts) {
    const { type, pairs } = parseCriteria(text, 'criteria.extension', context)
    const searches = byType.get(type) ?? []
    byType.set(type, searches)
    searches.push(pairs)
  }
  if (topic.changes.every((change) => change === 'D')) requireTraces([...byType.values()].flat(2))
  return { topic: topic.url, changes: topic.changes, filters: [...byType].map(([type, searches]): SubscriptionFilter => ({ type, searches })) }
}

const requireTraces = (pairs: readonly (readonly [string, string])[]): void => {
  for (const [name] of pairs) if (!['_id', 'patient', 'subject'].includes(name)) invalid('criteria.extension', 'What is deleted is found by _id, patient and subject only.')
}
