/** _include and _revinclude (http://hl7.org/fhir/R4/search.html#revinclude): what to fetch beside the matches. Pure; api/store/search.ts fetches. */
import { parseJsonObject } from '../model/json.ts'
import type { ResourceKey, StoredVersion } from '../model/resource.ts'
import type { Include } from './ast.ts'
import { digest, FORM } from './hash.ts'
import { valuesAt } from './path.ts'
import { holdersOf, parameterOf, parametersOf, type Parameter } from './registry.ts'
import { targetsOf } from './values.ts'

/** Parameters of the include that hold references themselves. */
const parametersIn = ({ source, code }: Include): readonly Parameter[] => {
  if (code === undefined) return parametersOf(source).filter((parameter) => parameter.kind === 'reference')
  const parameter = parameterOf(source, code)
  return parameter ? [parameter] : []
}

/** Keys of what these rows refer to. */
export const includedKeys = (includes: readonly Include[], rows: readonly StoredVersion[], bases: readonly string[]): ResourceKey[] => {
  const forward = includes.filter((include) => !include.reverse)
  const keys = new Map<string, ResourceKey>()
  for (const row of forward.length === 0 ? [] : rows) {
    const mine = forward.filter((include) => include.source === row.type)
    if (mine.length === 0) continue
    const resource = parseJsonObject(row.body)
    for (const include of mine) {
      for (const path of parametersIn(include).flatMap((parameter) => parameter.paths)) {
        for (const { type, id } of valuesAt(resource, path).flatMap((value) => targetsOf(value, bases))) {
          if (type === undefined || id === undefined || (include.target ?? type) !== type || (path.target ?? type) !== type) continue
          keys.set(`${type}/${id}`, { type, id })
        }
      }
    }
  }
  return [...keys.values()]
}

/** For each reverse include the digests under which rows that refer to these are found. */
export const referringDigests = (includes: readonly Include[], rows: readonly StoredVersion[]): { readonly source: string; readonly digests: bigint[] }[] =>
  includes.filter((include) => include.reverse).flatMap((include) => {
    const targets = rows.filter(({ type }) => (include.target ?? type) === type)
    const digests = parametersIn(include).flatMap((parameter) => targets
      .filter(({ type }) => (parameter.alias?.target ?? type) === type)
      .flatMap(({ type, id }) => holdersOf(include.source, parameter).map((holder) => digest(include.source, holder.code, FORM.reference, `${type}/${id}`))))
    return digests.length > 0 ? [{ source: include.source, digests: [...new Set(digests)] }] : []
  })
