/** The two Patients after a merge (http://hl7.org/fhir/R4/patient.html#links): the source is inactive and says by whom it was replaced; the target says whom it replaces, and has the source's numbers. Pure. */
import { JsonObject, arrayAt, objectFromPlain, stringAt, type JsonValue } from '../../model/json.ts'

type LinkType = 'replaces' | 'replaced-by'

/** The ids that a Patient is linked to so. */
export const linkedBy = (patient: JsonObject, type: LinkType): string[] => arrayAt(patient, 'link').flatMap((link) => {
  const [, id] = /^Patient\/([A-Za-z0-9\-.]{1,64})$/.exec(stringAt(link, 'other', 'reference') ?? '') ?? []
  return id !== undefined && stringAt(link, 'type') === type ? [id] : []
})

const withLink = (patient: JsonObject, id: string, type: LinkType): JsonObject =>
  (linkedBy(patient, type).includes(id) ? patient : patient.set('link', [...arrayAt(patient, 'link'), objectFromPlain({ other: { reference: `Patient/${id}` }, type })]))

export const toSource = (source: JsonObject, target: string): JsonObject => withLink(source.set('active', false), target, 'replaced-by')

export const toTarget = (target: JsonObject, source: string): JsonObject => withLink(target, source, 'replaces')

const keyOf = (identifier: JsonValue): string => `${stringAt(identifier, 'system') ?? ''}|${stringAt(identifier, 'value') ?? ''}`

/** What the target has none of comes as it is; a second number of a kind is marked old, so that forms print the one that counts. */
export const withNumbers = (target: JsonObject, source: JsonObject): JsonObject => {
  const own = arrayAt(target, 'identifier')
  const known = new Set(own.map(keyOf)), kinds = new Set(own.map((identifier) => stringAt(identifier, 'system') ?? ''))
  const more = arrayAt(source, 'identifier').filter((identifier) => !known.has(keyOf(identifier)))
    .map((identifier) => (identifier instanceof JsonObject && kinds.has(stringAt(identifier, 'system') ?? '') ? identifier.set('use', 'old') : identifier))
  return more.length === 0 ? target : target.set('identifier', [...own, ...more])
}
