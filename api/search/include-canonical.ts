/**
 * _include and _revinclude along canonical references, by the rule of canonical.ts. Pure; api/store/read/canonicals.ts fetches.
 */
import { parseJsonObject, stringAt } from '../model/json.ts'
import type { StoredVersion } from '../model/resource.ts'
import type { Include } from './ast.ts'
import { CANONICAL_TYPES, hasCanonical, probeOf, type Probe } from './canonical.ts'
import { digest, FORM } from './hash.ts'
import { parametersIn, sourcesOf } from './include.ts'
import { valuesAt } from './path.ts'
import { holdersOf } from './registry.ts'
import { targetsOf } from './values.ts'

/** Where the resources are found that these rows name by their canonicals. */
export const namedProbes = (includes: readonly Include[], rows: readonly StoredVersion[], bases: readonly string[]): Probe[] => {
  const forward = includes.filter((include) => !include.reverse)
  const probes = new Map<string, Probe>()
  for (const row of forward.length === 0 ? [] : rows) {
    const mine = forward.filter(({ source }) => (source ?? row.type) === row.type)
    if (mine.length === 0) continue
    const resource = parseJsonObject(row.body)
    for (const include of mine) {
      for (const parameter of parametersIn(include, row.type)) {
        const types = (parameter.targets.length === 0 ? CANONICAL_TYPES : parameter.targets.filter(hasCanonical)).filter((type) => (include.target ?? type) === type)
        const texts = types.length === 0 || !parameter.canonical ? [] : parameter.paths.flatMap((path) => valuesAt(resource, path)).filter((value) => typeof value === 'string')
        for (const url of texts.flatMap((text) => targetsOf(text, bases)).flatMap((target) => target.url ?? [])) for (const type of types) probes.set(`${type} ${url}`, probeOf(type, url))
      }
    }
  }
  return [...probes.values()]
}

/** By which a row itself is found; undefined for what has no canonical. */
export const toProbe = ({ type, body }: Pick<StoredVersion, 'type' | 'body'>): Probe | undefined => {
  const resource = hasCanonical(type) ? parseJsonObject(body) : undefined
  const [url, version] = [stringAt(resource, 'url'), stringAt(resource, 'version')]
  return url === undefined ? undefined : probeOf(type, version === undefined ? url : `${url}|${version}`)
}

/** Where the resources are found that name these rows by their canonicals, in whichever version. */
export const namingProbes = (includes: readonly Include[], rows: readonly StoredVersion[]): Probe[] => {
  const reverse = includes.filter((include) => include.reverse)
  const probes = new Map<bigint, Probe>()
  for (const { type, body } of reverse.length === 0 ? [] : rows.filter((row) => hasCanonical(row.type))) {
    const url = stringAt(parseJsonObject(body), 'url')
    for (const include of url === undefined ? [] : reverse) {
      for (const source of sourcesOf(include, type)) {
        for (const code of holdersTo(include, source, type)) {
          const h = digest(source, code, FORM.url, url ?? '')
          probes.set(h, { type: source, h })
        }
      }
    }
  }
  return [...probes.values()]
}

const holdersTo = (include: Include, source: string, type: string): string[] => parametersIn(include, source)
  .filter(({ canonical, targets }) => canonical && (targets.length === 0 || targets.includes(type))).flatMap((parameter) => holdersOf(source, parameter).map(({ code }) => code))
