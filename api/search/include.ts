/** _include and _revinclude (http://hl7.org/fhir/R4/search.html#revinclude): what to fetch beside the matches. Pure; api/store/read/search.ts fetches. */
import { parseJsonObject } from '../model/json.ts'
import type { ResourceKey, StoredVersion } from '../model/resource.ts'
import type { Include } from './ast.ts'
import { digest, FORM } from './hash.ts'
import { valuesAt } from './path.ts'
import { holdersOf, parameterOf, parametersOf, type Parameter } from './registry.ts'
import { RESOURCE_TYPES } from './resource-types.ts'
import { targetsOf } from './values.ts'

/** Parameters of the include that hold references themselves, in resources of the type. */
export const parametersIn = ({ source, code }: Include, type: string): readonly Parameter[] => {
  if (source !== undefined && source !== type) return []
  if (code === undefined) return parametersOf(type).filter((parameter) => parameter.kind === 'reference')
  const parameter = parameterOf(type, code)
  return parameter ? [parameter] : []
}

/** Keys of what these rows refer to. */
export const includedKeys = (includes: readonly Include[], rows: readonly StoredVersion[], bases: readonly string[]): ResourceKey[] => {
  const forward = includes.filter((include) => !include.reverse)
  const keys = new Map<string, ResourceKey>()
  for (const row of forward.length === 0 ? [] : rows) {
    const mine = forward.filter(({ source }) => (source ?? row.type) === row.type)
    if (mine.length === 0) continue
    const resource = parseJsonObject(row.body)
    for (const include of mine) {
      for (const path of parametersIn(include, row.type).flatMap((parameter) => parameter.paths)) {
        for (const { type, id } of valuesAt(resource, path).flatMap((value) => targetsOf(value, bases))) {
          if (type === undefined || id === undefined || (include.target ?? type) !== type || (path.target ?? type) !== type) continue
          keys.set(`${type}/${id}`, { type, id })
        }
      }
    }
  }
  return [...keys.values()]
}

export interface Referring {
  /** Ids of what is referred to, all of one type. */
  readonly targets: readonly string[]
  /** Where references to that type are kept: digest in pst_ref, and the type that refers. */
  readonly links: readonly { readonly h: bigint; readonly source: string }[]
}

/** Where the rows that refer to these are found; one item for each type among them. */
export const referringLinks = (includes: readonly Include[], rows: readonly StoredVersion[]): Referring[] => {
  const reverse = includes.filter((include) => include.reverse)
  if (reverse.length === 0) return []
  const byType = Map.groupBy(rows, ({ type }) => type)
  return [...byType].flatMap(([type, each]) => {
    const links = new Map(reverse.flatMap((include) => [...linksFrom(include, type)]))
    return links.size === 0 ? [] : [{ targets: each.map(({ id }) => id), links: [...links].map(([h, source]) => ({ h, source })) }]
  })
}

/** Of one include: digest in pst_ref -> the type that refers. */
export const linksFrom = (include: Include, type: string): ReadonlyMap<bigint, string> => new Map(sourcesOf(include, type).flatMap((source) => linksTo(include, source, type)))

/** Types whose references may lead to the type. */
export const sourcesOf = ({ source, target }: Include, type: string): readonly string[] => ((target ?? type) !== type ? [] : source === undefined ? RESOURCE_TYPES : [source])

const linksTo = (include: Include, source: string, type: string): [bigint, string][] =>
  parametersIn(include, source).filter(({ alias, targets }) => (alias?.target ?? type) === type && (targets.length === 0 || targets.includes(type)))
    .flatMap((parameter) => holdersOf(source, parameter).map((holder): [bigint, string] => [digest(source, holder.code, FORM.link, type), source]))
