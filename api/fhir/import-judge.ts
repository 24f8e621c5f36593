/** What a line of an import must pass before it is stored: the same rules as an update under its own id (http://hl7.org/fhir/R4/http.html#upsert). */
import type { ImportJudge, ImportLine, ReadyLine } from '../model/bulk-ports.ts'
import { parseJson, type JsonObject } from '../model/json.ts'
import { outcome } from '../model/outcome.ts'
import type { ResourceKey } from '../model/resource.ts'
import { typeNumber } from '../search/resource-types.ts'
import { decide } from '../security/policy.ts'
import { requireWritable } from './answer.ts'
import type { Checks } from './checks.ts'
import { requireUnsigned } from './commit.ts'
import { statusOf, toOperationOutcome, toOutcome } from './outcome-handler.ts'
import { isElsewhere, parseRelative, referencesIn } from './references.ts'
import { readResource, requireId } from './resource-body.ts'
import { isUrn, isWorld, same } from './resolve.ts'
import { requireWhole } from './view.ts'

export const createImportJudge = ({ checks }: { readonly checks: Checks }): ImportJudge => {
  const read = async (line: ImportLine, text: string | undefined): Promise<ReadyLine> => {
    if (text === undefined) throw outcome('json-syntax', { diagnostics: 'The line is longer than 16 MiB, or no UTF-8 text.' })
    const { type, resource } = readResource(parseJson(text))
    requireWritable(type)
    if (type === 'Subscription') throw outcome('invalid-resource', { expression: type, diagnostics: 'A Subscription is asked for by itself, by the client that wants to be told.' })
    const given = resource.get('id')
    const key = { type, id: requireId(typeof given === 'string' ? given : undefined, `${type}.id`) }
    requireWhole(resource, type)
    await checks.require([{ resource, path: type, key }])
    return { ...line, key, resource, targets: isWorld(resource) ? [] : targetsOf(resource, type) }
  }
  return {
    prepare: (line, text) => read(line, text).catch((error: unknown) => ({ ...line, refusal: refusalOf(line, error) })),
    refuse(caller, line, heads) {
      const { key, resource } = line
      const head = heads.get(same(key))
      const interaction = head === undefined || head.deleted ? 'create' : 'update'
      try {
        if (decide(caller, interaction, key.type) !== 'allow') throw outcome('forbidden', { expression: key.type, diagnostics: `No scope of this client lets it ${interaction}.` })
        requireUnsigned([{ kind: 'update', key, path: key.type }], { bodies: new Map([[same(key), resource]]) }, heads, true)
        return undefined
      } catch (error) {
        return refusalOf(line, error)
      }
    },
    toRefusal: refusalOf,
    lost: (line) => refusalOf(line, outcome('dangling-reference', { diagnostics: 'It refers to what is neither here nor in this import.' })),
  }
}

/** An OperationOutcome that carries the number of its line as its id. What nobody named is no matter of one line. */
const refusalOf = ({ line }: ImportLine, error: unknown): string => {
  const failure = toOutcome(error)
  if (statusOf(failure) >= 500) throw error
  const { resourceType, ...rest } = toOperationOutcome(failure)
  return JSON.stringify({ resourceType, id: `line-${line}`, ...rest })
}

/** Throws dangling-reference for what can lead nowhere here: a urn of another Bundle, a search. */
const targetsOf = (resource: JsonObject, path: string): ResourceKey[] => {
  const keys = new Map<string, ResourceKey>()
  for (const { reference, path: place } of referencesIn(resource, path)) {
    if (isElsewhere(reference) && !isUrn(reference)) continue
    const key = parseRelative(reference)
    if (key === undefined || typeNumber(key.type) === undefined) throw outcome('dangling-reference', { expression: place, diagnostics: 'In an import a reference is of the form Type/id.' })
    if (key.type !== 'AuditEvent') keys.set(same(key), key)
  }
  return [...keys.values()]
}
