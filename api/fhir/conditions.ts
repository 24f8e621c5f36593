/** Conditional creates and references: a search that must find one resource or none (http://hl7.org/fhir/R4/http.html#ccreate). */
import { createHash } from 'node:crypto'
import { arrayAt, parseJson, stringAt, valueAt } from '../model/json.ts'
import { Outcome, outcome } from '../model/outcome.ts'
import type { StoreTransaction } from '../model/ports.ts'
import type { ResourceKey, StoredVersion } from '../model/resource.ts'

export interface Condition {
  readonly type: string
  /** Decoded pairs. */
  readonly parameters: readonly (readonly [string, string])[]
  /** Place in the input. */
  readonly path: string
}

/** Of "identifier=a|b" or "?identifier=a|b". Result parameters have no place in a condition, and an empty one would match everything. */
export const parseCondition = (type: string, text: string, path: string): Condition => conditionOf(type, [...new URLSearchParams(text.replace(/^[^?]*\?/, ''))], path)

/** Of decoded pairs, as parseCondition. */
export const conditionOf = (type: string, parameters: Condition['parameters'], path: string): Condition => {
  if (parameters.length === 0) throw outcome('bad-parameter', { expression: path, diagnostics: 'The condition has no search parameter.' })
  for (const [name] of parameters) {
    if (/^_(count|sort|total|summary|elements|include|revinclude|contained|containedType|format|pretty)(:|$)/.test(name)) {
      throw outcome('bad-parameter', { expression: path, diagnostics: `${name} has no place in a condition.` })
    }
  }
  return { type, parameters, path }
}

/** Answers of conditions that were looked up together. */
export type Prefetched = ReadonlyMap<string, readonly StoredVersion[]>

const IDENTIFIERS_AT_ONCE = 500
const keyOf = (condition: Condition): string => JSON.stringify([condition.type, condition.parameters])

/** "system|value" of a condition that is one identifier and nothing else. */
const identifierOf = ({ parameters }: Condition): string | undefined => {
  const [only, more] = parameters
  return only?.[0] === 'identifier' && more === undefined && /^[^|,$\\]+\|[^|,$\\]+$/.test(only[1]) ? only[1] : undefined
}

const identifiersIn = (stored: StoredVersion): string[] => {
  const resource = parseJson(stored.body)
  const identifier = valueAt(resource, 'identifier')
  return (Array.isArray(identifier) ? arrayAt(resource, 'identifier') : [identifier ?? null]).map((each) => `${stringAt(each, 'system') ?? ''}|${stringAt(each, 'value') ?? ''}`)
}

/** Most conditions of a bundle ask for one identifier: those of a type are answered by one search instead of one each. */
export const prefetchConditions = async (tx: StoreTransaction, conditions: readonly Condition[]): Promise<Prefetched> => {
  const wanted = new Map<string, Map<string, Condition>>()
  for (const condition of conditions) {
    const identifier = identifierOf(condition)
    if (identifier !== undefined) wanted.set(condition.type, (wanted.get(condition.type) ?? new Map<string, Condition>()).set(identifier, condition))
  }
  const found = new Map<string, StoredVersion[]>()
  for (const [type, byIdentifier] of wanted) {
    const identifiers = [...byIdentifier.keys()]
    for (let at = 0; at < identifiers.length; at += IDENTIFIERS_AT_ONCE) {
      const some = identifiers.slice(at, at + IDENTIFIERS_AT_ONCE)
      const page = await tx.search({ type, parameters: [['identifier', some.join(',')], ['_count', '1000']], strict: true })
      // So many matches that a page does not hold them: let each condition ask for itself.
      if (page.next !== undefined) continue
      for (const identifier of some) found.set(keyOf(byIdentifier.get(identifier) ?? { type, parameters: [], path: '' }), [])
      for (const stored of page.matches) {
        for (const identifier of new Set(identifiersIn(stored))) {
          const condition = byIdentifier.get(identifier)
          if (condition !== undefined) found.get(keyOf(condition))?.push(stored)
        }
      }
    }
  }
  return found
}

/** The one resource that the condition finds; undefined for none; throws multiple-matches. */
export const findOne = async (tx: StoreTransaction, condition: Condition, prefetched?: Prefetched): Promise<StoredVersion | undefined> => {
  const matches = prefetched?.get(keyOf(condition)) ?? (await tx.search({ type: condition.type, parameters: [...condition.parameters, ['_count', '2']], strict: true })).matches
  if (matches.length > 1) throw outcome('multiple-matches', { expression: condition.path })
  return matches[0]
}

/** The same condition by whomever and however often: one hash. */
const hashOf = (condition: Condition): string => {
  const pairs = condition.parameters.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).toSorted()
  return createHash('sha256').update(`${condition.type}?${pairs.join('&')}`).digest('hex')
}

const MAX_HOLDERS = 8

/**
 * What a conditional create finds; when nothing, the condition is claimed for `key`, so that of two at once one waits and finds the other's.
 * A claim may still be held by a resource that was changed since and meets the condition no more: then the claim after it is taken.
 */
export const findCondition = async (tx: StoreTransaction, condition: Condition, key: ResourceKey, prefetched?: Prefetched): Promise<StoredVersion | undefined> => {
  let hash = hashOf(condition)
  for (let turn = 0; turn < MAX_HOLDERS; turn += 1) {
    // What was looked up before is only good for the first turn.
    const stored = await findOne(tx, condition, turn === 0 ? prefetched : undefined)
    if (stored !== undefined) return stored
    try {
      await tx.claimCondition(hash, key)
      return undefined
    } catch (error) {
      if (!(error instanceof Outcome) || error.code !== 'already-exists') throw error
      hash = hashOf({ ...condition, parameters: [...condition.parameters, ['after', `${hash} ${String(error.detail.id)}`]] })
    }
  }
  return findOne(tx, condition)
}
