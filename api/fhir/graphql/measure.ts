/** How much a document asks for, before anything else looks at it: fragments are counted wherever they are used, so that few words cannot ask for much. */
import { GraphQLError, Kind, type DocumentNode, type FragmentDefinitionNode, type SelectionSetNode } from 'graphql'
import { outcome } from '../../model/outcome.ts'
import { GraphqlRefusal } from './failure.ts'
import { DEEPEST_FIELD, MOST_ALIASES, MOST_FIELDS, MOST_SEARCHES, MOST_TOLD } from './limits.ts'

interface Size { readonly fields: number; readonly depth: number; readonly aliases: number; readonly told: number; readonly loads: number }

const NOTHING: Size = { fields: 0, depth: 0, aliases: 0, told: 0, loads: 0 }

/** What the schema tells of itself weighs by how much that is: the whole of it is asked for once, single types some times. */
const TOLD: Readonly<Record<string, number>> = { __schema: 10, types: 10, __type: 1 }
const weightOf = (name: string): number => (Object.hasOwn(TOLD, name) ? TOLD[name] ?? 0 : 0)

const tooCostly = (diagnostics: string): Error => outcome('too-costly', { expression: 'query', diagnostics })

/** Throws too-costly, and GraphqlRefusal for fragments that lead back to themselves. */
export const requireBounded = (document: DocumentNode, fragments: ReadonlyMap<string, FragmentDefinitionNode>): void => {
  const known = new Map<string, Size | 'open'>()
  const ofFragment = (name: string): Size => {
    const before = known.get(name)
    const fragment = fragments.get(name)
    if (before === 'open') throw new GraphqlRefusal([new GraphQLError('A fragment leads back to itself.', fragment && { nodes: fragment })])
    if (before !== undefined || fragment === undefined) return before ?? NOTHING
    known.set(name, 'open')
    const size = ofSelection(fragment.selectionSet)
    known.set(name, size)
    return size
  }
  const ofSelection = ({ selections }: SelectionSetNode): Size => selections.map((selection): Size => {
    if (selection.kind === Kind.FRAGMENT_SPREAD) return ofFragment(selection.name.value)
    if (selection.kind === Kind.INLINE_FRAGMENT) return ofSelection(selection.selectionSet)
    const inside = selection.selectionSet === undefined ? NOTHING : ofSelection(selection.selectionSet)
    return { fields: inside.fields + 1, depth: inside.depth + 1, aliases: inside.aliases + (selection.alias === undefined ? 0 : 1), told: inside.told + weightOf(selection.name.value), loads: inside.loads + (/^[A-Z]/.test(selection.name.value) ? 1 : 0) }
  }).reduce((sum, each) => ({ fields: sum.fields + each.fields, depth: Math.max(sum.depth, each.depth), aliases: sum.aliases + each.aliases, told: sum.told + each.told, loads: sum.loads + each.loads }), NOTHING)
  const operations = document.definitions.flatMap((each) => (each.kind === Kind.OPERATION_DEFINITION ? [ofSelection(each.selectionSet)] : []))
  const sizes = [...operations, ...[...fragments.keys()].map(ofFragment)]
  const total = sizes.reduce((sum, each) => ({ depth: 0, fields: sum.fields + each.fields, aliases: sum.aliases + each.aliases, told: sum.told + each.told, loads: sum.loads + each.loads }), NOTHING)
  if (sizes.some(({ depth }) => depth > DEEPEST_FIELD)) throw tooCostly(`Fields stand at most ${DEEPEST_FIELD} deep, with the fragments written out.`)
  if (total.fields > MOST_FIELDS) throw tooCostly(`A query has at most ${MOST_FIELDS} fields, with the fragments written out.`)
  if (total.told > MOST_TOLD) throw tooCostly('A query asks for the schema once, and for a few of its types.')
  // each is at least one read or search, so that nothing of it is begun
  if (operations.some(({ loads }) => loads > MOST_SEARCHES)) throw tooCostly(`A query makes no more than ${MOST_SEARCHES} reads and searches.`)
  if (total.aliases > MOST_ALIASES) throw tooCostly(`A query has at most ${MOST_ALIASES} aliases, with the fragments written out.`)
}
