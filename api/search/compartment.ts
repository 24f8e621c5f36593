/** Compartments (http://hl7.org/fhir/R4/compartmentdefinition.html): which references put a resource among those of a patient, an encounter, a practitioner … */
import type { ResourceKey } from '../model/resource.ts'
import definitions from './compartments.json' with { type: 'json' }
import type { Filter, HashValue } from './ast.ts'
import { digest, FORM } from './hash.ts'
import { holdersOf, parameterOf } from './registry.ts'
import { typeNumber } from './resource-types.ts'

const COMPARTMENTS: ReadonlyMap<string, ReadonlyMap<string, readonly string[]>> =
  new Map(Object.entries<Readonly<Record<string, readonly string[]>>>(definitions).map(([type, members]) => [type, new Map(Object.entries(members))]))

/** By their definitions these are in their own compartment; a patient or a device is not. */
const OWN: ReadonlySet<string> = new Set(['Encounter', 'Practitioner', 'RelatedPerson'])

/** Patient, Encounter, Practitioner, RelatedPerson, Device. */
export const isCompartment = (type: string): boolean => COMPARTMENTS.has(type)

/** The types that may be in such a compartment. */
export const compartmentTypes = (type: string): string[] => [...new Set([...(OWN.has(type) ? [type] : []), ...(COMPARTMENTS.get(type)?.keys() ?? [])])]

/** What is in the compartment of `key`, of these types. */
export const compartmentFilter = (key: ResourceKey, types: readonly string[]): Filter => {
  const members = COMPARTMENTS.get(key.type)
  const holders = types.flatMap((type) => (members?.get(type) ?? []).flatMap((code) => {
    const parameter = parameterOf(type, code)
    return parameter ? holdersOf(type, parameter).map((holder) => ({ type, code: holder.code })) : []
  }))
  const value: HashValue = { kind: 'hash', form: 'reference', value: `${key.type}/${key.id}` }
  const linked: Filter = { kind: 'match', holders, values: [value], not: false }
  const itself: Filter = { kind: 'and', filters: [{ kind: 'of-type', type: key.type }, { kind: 'id', ids: [key.id] }] }
  return OWN.has(key.type) && types.includes(key.type) ? { kind: 'or', filters: [linked, itself] } : linked
}

/** References by which a resource always stands in the patient's own record (resource.pat), as it has one of them only. */
const OWNING: ReadonlySet<string> = new Set(['subject', 'patient', 'beneficiary', 'individual'])
/** Of several patients that these name so, the first one has the record. */
const NAMES_SEVERAL: ReadonlySet<string> = new Set(['Account', 'Person', 'Provenance'])

export interface Links {
  /** Digests in pst_ref, and numbers of the types that refer, as array literals of one length. */
  readonly digests: string
  readonly types: string
}

const LINKS = new Map<string, Links>()

/** Where references that put a resource into a compartment of this type are kept: of a patient only those that can stand in another record. The same for every patient. */
export const linksInto = (compartment: string): Links => {
  const known = LINKS.get(compartment)
  if (known !== undefined) return known
  const rows = [...COMPARTMENTS.get(compartment) ?? []].flatMap(([type, codes]) => codes.filter((code) => compartment !== 'Patient' || !OWNING.has(code) || NAMES_SEVERAL.has(type)).flatMap((code) => {
    const parameter = parameterOf(type, code)
    return parameter ? holdersOf(type, parameter).map((holder) => ({ h: digest(type, holder.code, FORM.link, compartment), type: typeNumber(type) ?? 0 })) : []
  }))
  const links = { digests: `{${rows.map(({ h }) => String(h)).join(',')}}`, types: `{${rows.map(({ type }) => type).join(',')}}` }
  LINKS.set(compartment, links)
  return links
}
