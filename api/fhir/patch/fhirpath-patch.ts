/**
 * FHIRPath Patch (http://hl7.org/fhir/R4/fhirpatch.html) over lossless JSON: add, insert, delete, replace, move. All operations apply, or none; what they do
 * not touch keeps order and digits. Pure.
 */
import { JsonObject, parseJsonObject, stringAt, writeJson, type JsonValue } from '../../model/json.ts'
import type { FhirPath } from '../../model/fhirpath-port.ts'
import type { Element } from '../elements.ts'
import { editAt, pairsOf, renamed, withOne, withPairs } from './edit.ts'
import { membersOf, objectOf, requireElement, type Spot, type TreePath } from './find.ts'
import { indexOf, partOf, readOperation, textOf, type Operation } from './operation.ts'
import { targetOf, type Target } from './target.ts'
import { placeValue, type Placed } from './value.ts'
import { bad, Budget, isList, MAX_OPERATIONS, misfit, withoutEmpty, type At } from './work.ts'

/** What an operation works on: the resource, what its path means there, and what the work may cost. */
interface Work { readonly resource: JsonObject; readonly target: Target; readonly at: At; readonly operation: Operation }

const requireOne = (spots: readonly Spot[], { at }: Work): Spot => {
  const [spot, another] = spots
  if (spot === undefined) throw misfit(at.place, 'Nothing is at this path.')
  if (another !== undefined) throw misfit(at.place, 'Several elements are at this path.')
  return spot
}

type Member = Spot & { readonly element: Element }
const isMember = (spot: Spot): spot is Member => spot.element !== undefined

const requireMember = (spot: Spot, { at }: Work): Member => {
  if (!isMember(spot)) throw bad(at.place, 'The resource as a whole is not changed.')
  return spot
}

const edit = ({ resource, at }: Work, path: TreePath, change: (object: JsonObject) => JsonObject): JsonObject => {
  const changed = editAt(resource, path, at, change)
  return changed instanceof JsonObject ? changed : resource
}

const valueOf = ({ operation }: Work, holder: Spot['shape'], element: Element): Placed => {
  const { part, place } = partOf(operation, 'value')
  return placeValue(part, holder, element, place)
}

const add = (work: Work): JsonObject => {
  const spot = requireOne(work.target.spots(), work)
  const element = requireElement(spot, textOf(work.operation, 'name'), partOf(work.operation, 'name').place)
  const placed = valueOf(work, spot.shape, element)
  if (element.list) return edit(work, spot.path, (object) => withPairs(object, placed.member, [...pairsOf(object, placed.member, work.at), placed]))
  if (membersOf(spot, element).length > 0) throw misfit(work.at.place, `${element.name} is there already.`)
  return edit(work, spot.path, (object) => withOne(object, placed))
}

/** What is not there needs no delete. */
const remove = (work: Work): JsonObject => {
  const spots = work.target.spots()
  if (spots.length === 0) return work.resource
  const { holder, member, index } = requireMember(requireOne(spots, work), work)
  return edit(work, holder, (object) => (index === undefined ? object.delete(member).delete(`_${member}`) : withPairs(object, member, pairsOf(object, member, work.at).toSpliced(index, 1))))
}

const replace = (work: Work): JsonObject => {
  const { holder, owner, member, index, element } = requireMember(requireOne(work.target.spots(), work), work)
  const placed = valueOf(work, owner, element)
  return edit(work, holder, (object) =>
    (index === undefined ? withOne(renamed(object, member, placed.member), placed) : withPairs(object, member, pairsOf(object, member, work.at).with(index, placed))))
}

/** The list that a path names, and the element that holds it: the path ends in a name. */
const collectionOf = (work: Work): { readonly parent: Spot; readonly element: Element; readonly length: number } => {
  const { parents, name } = work.target.list()
  const parent = requireOne(parents, work)
  const element = requireElement(parent, name, work.at.place)
  if (!element.list) throw bad(work.at.place, `${element.name} is no list.`)
  return { parent, element, length: pairsOf(objectOf(parent), element.name, work.at).length }
}

const insert = (work: Work): JsonObject => {
  const { parent, element, length } = collectionOf(work)
  const index = indexOf(work.operation, 'index', length + 1)
  const placed = valueOf(work, parent.shape, element)
  return edit(work, parent.path, (object) => withPairs(object, element.name, pairsOf(object, element.name, work.at).toSpliced(index, 0, placed)))
}

const move = (work: Work): JsonObject => {
  const { parent, element: { name }, length } = collectionOf(work)
  const [source, destination] = [indexOf(work.operation, 'source', length), indexOf(work.operation, 'destination', length)]
  return edit(work, parent.path, (object) => {
    const pairs = pairsOf(object, name, work.at)
    return withPairs(object, name, pairs.toSpliced(source, 1).toSpliced(destination, 0, ...pairs.slice(source, source + 1)))
  })
}

const OPERATIONS = { add, insert, delete: remove, replace, move } as const

/** The resource after the patch. `fhirPath`: for paths of any expression; without it they are those of path.ts. Throws bad-request for what is no FHIRPath Patch and patch-failed for what does not fit, each with the place in the patch. */
export const applyFhirPathPatch = (resource: JsonObject, patch: JsonValue, fhirPath?: FhirPath): JsonObject => {
  if (stringAt(patch, 'resourceType') !== 'Parameters' || !(patch instanceof JsonObject)) throw bad('Parameters', 'A FHIRPath Patch is a Parameters resource.')
  const operations = patch.get('parameter') ?? []
  if (!isList(operations)) throw bad('Parameters.parameter', 'Expected a list.')
  if (operations.length > MAX_OPERATIONS) throw bad('Parameters.parameter', `At most ${MAX_OPERATIONS} operations.`)
  const budget = new Budget()
  const type = stringAt(resource, 'resourceType') ?? ''
  let now = resource
  for (const [index, parameter] of operations.entries()) {
    const operation = readOperation(parameter, `Parameters.parameter[${index}]`)
    const { place } = partOf(operation, 'path')
    const at: At = { place, budget }
    now = OPERATIONS[operation.type]({ resource: now, target: targetOf(now, textOf(operation, 'path'), { type, at, ...(fhirPath && { fhirPath }) }), at, operation })
  }
  // read again: what was put together is held to the same limits as what comes in
  return parseJsonObject(writeJson(withoutEmpty(now)))
}
