/** Conditional creates and references: a search that must find one resource or none (http://hl7.org/fhir/R4/http.html#ccreate). */
import { createHash } from 'node:crypto'
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
export const parseCondition = (type: string, text: string, path: string): Condition => {
  const parameters = [...new URLSearchParams(text.replace(/^[^?]*\?/, ''))]
  if (parameters.length === 0) throw outcome('bad-parameter', { expression: path, diagnostics: 'The condition has no search parameter.' })
  for (const [name] of parameters) {
    if (/^_(count|sort|total|summary|elements|include|revinclude|contained|containedType|format|pretty)(:|$)/.test(name)) {
      throw outcome('bad-parameter', { expression: path, diagnostics: `${name} has no place in a condition.` })
    }
  }
  return { type, parameters, path }
}

/** The one resource that the condition finds; undefined for none; throws multiple-matches. */
export const findOne = async (tx: StoreTransaction, condition: Condition): Promise<StoredVersion | undefined> => {
  const page = await tx.search({ type: condition.type, parameters: [...condition.parameters, ['_count', '2']], strict: true })
  if (page.matches.length > 1) throw outcome('multiple-matches', { expression: condition.path })
  return page.matches[0]
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
export const findCondition = async (tx: StoreTransaction, condition: Condition, key: ResourceKey): Promise<StoredVersion | undefined> => {
  let hash = hashOf(condition)
  for (let turn = 0; turn < MAX_HOLDERS; turn += 1) {
    const stored = await findOne(tx, condition)
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
