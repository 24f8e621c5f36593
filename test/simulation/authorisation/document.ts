/** $document: what the model expects of a document, and how one is told from another (http://hl7.org/fhir/R4/composition-operation-document.html). */
import { differInContent, keysOf, leaks, parse, type Answer } from './answers.ts'
import type { Asked } from './asked.ts'
import { allReferences, keyOf, ownerOf, typeOf, type Plain } from './facts.ts'
import { firstNo, FORBIDDEN, type Refusal } from './refusal.ts'

/** The Composition, and the others in any order. */
export interface ExpectedDocument { readonly kind: 'document'; readonly head: Plain; readonly others: readonly Plain[] }

/** How far from the Composition references are followed. */
const DEEPEST = 5

/** `head` may be read. What it names must all be readable, wholly; what lies further is added where a search would show it, from the same record or from nobody's. */
export const documentOf = ({ world, rules, actor }: Asked, head: Plain): Refusal | ExpectedDocument => {
  const referred = (from: readonly Plain[]): Plain[] => [...new Set(from.flatMap(allReferences))].flatMap((key) => world.find(key) ?? [])
  const found = new Map([[keyOf(head), head]])
  const fresh = (some: readonly Plain[]): Plain[] => some.filter((each) => !found.has(keyOf(each)))
  const add = (some: readonly Plain[]): readonly Plain[] => {
    for (const each of some) found.set(keyOf(each), each)
    return some
  }
  const named = fresh(referred([head]))
  const no = firstNo(named.map((each) => rules.decide(actor, 'read', typeOf(each), ownerOf(each)))) ?? (named.some((each) => rules.limit(actor, 'r', typeOf(each)) !== undefined) ? FORBIDDEN : undefined)
  if (no !== undefined) return no
  const owner = ownerOf(head)
  const within = (each: Plain): boolean => ownerOf(each) === null || (owner !== '' && ownerOf(each) === owner)
  const sees = (each: Plain): boolean => rules.reach(actor, 'search', typeOf(each)) !== 'none' && rules.sight(actor, typeOf(each))(each)
  let last = add(named)
  for (let depth = 2; depth <= DEEPEST; depth += 1) last = add(fresh(referred(last).filter((each) => within(each) && sees(each))))
  return { kind: 'document', head, others: [...found.values()].slice(1) }
}

export const compareDocument = (answer: Answer, sent: string, { head, others }: ExpectedDocument): string[] => {
  const { resourceType, type, entry = [] } = parse(answer.text)
  const [first, ...more] = entry.map(({ resource }) => resource)
  const misplaced = entry.filter(({ fullUrl, resource }) => resource === undefined || fullUrl?.endsWith(`/fhir/R4/${keyOf(resource)}`) !== true)
  return [
    ...(resourceType === 'Bundle' && type === 'document' ? [] : [`${String(resourceType)} of type ${String(type)}, expected a document`]),
    ...differInContent('the Composition', [first], [head]), ...differInContent('the document', more, others),
    ...(misplaced.length === 0 ? [] : [`other addresses than their own: ${keysOf(misplaced.map(({ resource }) => resource)).join(', ')}`]), ...leaks(answer, sent, [head, ...others]),
  ]
}
