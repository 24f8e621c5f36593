/** The FHIR document Bundle (https://hl7.org/fhir/R4/documents.html) as a form reads it: sections by their code, references resolved inside the Bundle. */
import { FORM_SECTIONS, FORMS, type FormSection } from '../model/form-sections.ts'
import type { FormCode } from '../model/ports.ts'
import { outcome } from '../model/outcome.ts'
import { CODE_SYSTEM } from '../model/systems.ts'
import { at, list, text } from './view.ts'

export interface DocumentSection {
  readonly code: FormSection
  readonly entries: readonly unknown[]
  /** The narrative without markup: what a section says that rests on no resource. */
  readonly narrative: string
  /** http://hl7.org/fhir/R4/valueset-list-empty-reason.html */
  readonly emptyReason: string
}

export interface FormDocument {
  readonly composition: unknown
  readonly patient: unknown
  readonly encounter: unknown
  /** Organization of the department. */
  readonly department: unknown
  section(code: FormSection): DocumentSection | undefined
  resolve(reference: unknown): unknown
  resources(type: string): readonly unknown[]
}

/** Throws invalid-resource when there is no Composition first, or a section that this form does not know: nothing signed may go unprinted. */
export const readDocument = (bundle: unknown, form: FormCode): FormDocument => {
  const entries = list(bundle, 'entry').map((entry) => ({ fullUrl: text(entry, 'fullUrl'), resource: at(entry, 'resource') }))
  const composition = entries[0]?.resource
  if (text(composition, 'resourceType') !== 'Composition') throw outcome('invalid-resource', { diagnostics: 'The first entry must be the Composition', expression: 'Bundle.entry[0].resource' })

  const resolve = (reference: unknown): unknown => {
    const target = text(reference, 'reference')
    const [, type, id] = /(?:^|\/)([A-Z][A-Za-z]+)\/([A-Za-z0-9\-.]{1,64})(?:\/_history\/.*)?$/.exec(target) ?? []
    return entries.find(({ fullUrl, resource }) => target !== '' && (fullUrl === target || (text(resource, 'resourceType') === type && text(resource, 'id') === id)))?.resource
  }
  const sections = new Map<FormSection, DocumentSection>()
  for (const [index, section] of list(composition, 'section').entries()) {
    const code = list(section, 'code', 'coding').map((coding) => (text(coding, 'system') === CODE_SYSTEM.formSection ? text(coding, 'code') : '')).find(isSection)
    if (!code || !FORMS[form].sections.includes(code)) {
      throw outcome('invalid-resource', { diagnostics: `The form ${form} has no such section`, expression: `Bundle.entry[0].resource.section[${index}].code` })
    }
    sections.set(code, {
      code,
      entries: list(section, 'entry').map(resolve).filter((resource) => resource !== undefined),
      narrative: plainText(text(section, 'text', 'div')),
      emptyReason: text(section, 'emptyReason', 'coding', 0, 'code'),
    })
  }
  const encounter = resolve(at(composition, 'encounter'))
  return {
    composition,
    patient: resolve(at(composition, 'subject')),
    encounter,
    department: resolve(at(encounter, 'serviceProvider')),
    section: (code) => sections.get(code),
    resolve,
    resources: (type) => entries.flatMap(({ resource }) => (text(resource, 'resourceType') === type ? [resource] : [])),
  }
}

const isSection = (code: string): code is FormSection => Object.hasOwn(FORM_SECTIONS, code)

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", '#39': "'", nbsp: ' ' }

/** Narrative XHTML (http://hl7.org/fhir/R4/narrative.html) as lines of text. */
export const plainText = (xhtml: string): string =>
  xhtml
    .replace(/<(?:br|\/p|\/div|\/li|\/tr|\/h[1-6])\b[^>]*>/gi, '\n')
    .replace(/<\/t[dh]>/gi, ' ')
    .replace(/<[^>]*>/g, '')
    .replace(/&(#?\w+);/g, (whole: string, name: string) => ENTITIES[name] ?? whole)
    .split('\n').map((line) => line.replace(/\s+/g, ' ').trim()).filter(Boolean).join('\n')
