/** Finds words in what a record says, without regard to accents and case: each word somewhere in the text. Pure. */
import type { AllergyIntolerance, Condition, DiagnosticReport, MedicationRequest, Observation, ServiceRequest } from '@medplum/fhirtypes'
import type { ChartHit, ChartHitKind } from '../model/chart.ts'
import { allergyKind } from '../model/allergy.ts'
import { fold } from '../model/fold.ts'
import { toTyped, type StoredVersion } from '../model/resource.ts'
import { isTakenBack } from './withdrawn.ts'

type Readable = AllergyIntolerance | Condition | DiagnosticReport | MedicationRequest | Observation | ServiceRequest

interface Said { readonly kind: ChartHitKind; readonly title: string; readonly text: string; readonly at: string | undefined }

const words = (concept: { readonly text?: string | undefined; readonly coding?: readonly { readonly code?: string | undefined; readonly display?: string | undefined }[] | undefined } | undefined): string =>
  [concept?.coding?.[0]?.code, concept?.text ?? concept?.coding?.[0]?.display].filter((part) => part !== undefined).join(' ')

/** A report without a conclusion is found by its test. */
const reported = ({ code, conclusion }: DiagnosticReport): Pick<Said, 'title' | 'text'> =>
{
  const test = code?.text ?? code?.coding?.[0]?.display ?? ''
  return conclusion === undefined ? { title: '', text: test } : { title: test, text: conclusion }
}

const saidBy = (resource: Readable): Said => {
  switch (resource.resourceType) {
    case 'Condition': return { kind: 'diagnosis', title: '', text: words(resource.code), at: resource.recordedDate }
    case 'MedicationRequest': return { kind: 'medicine', title: '', text: [resource.medicationCodeableConcept?.text, resource.dosageInstruction?.[0]?.text].filter(Boolean).join(' — '), at: resource.authoredOn }
    case 'ServiceRequest': return { kind: 'order', title: '', text: resource.code?.text ?? '', at: resource.authoredOn }
    case 'AllergyIntolerance': return { kind: 'allergy', title: '', text: `${words({ text: resource.code?.text ?? resource.code?.coding?.[0]?.display })}${allergyKind(resource) === 'past' ? ' (đã bác bỏ)' : ''}`, at: resource.recordedDate }
    case 'DiagnosticReport': return { kind: 'result', ...reported(resource), at: resource.effectiveDateTime ?? resource.issued }
    case 'Observation': return { kind: 'note', title: resource.code?.text ?? '', text: resource.valueString ?? '', at: resource.effectiveDateTime }
  }
}

/** "Xquang  PHỔI" -> ["xquang", "phoi"] */
export const toWords = (query: string): string[] => fold(query).split(' ').filter((word) => word !== '')

export const hasWords = (wanted: readonly string[], ...texts: string[]): boolean => {
  const text = fold(texts.join(' '))
  return wanted.every((word) => text.includes(word))
}

/** The part of a long text around the first word that was found. */
export const snippetOf = (text: string, wanted: readonly string[], length = 160): string => {
  if (text.length <= length) return text
  // folding keeps the order of letters but not their places: close enough to cut around
  const at = Math.max(0, fold(text).indexOf(wanted[0] ?? '') - length / 3)
  const from = at === 0 ? 0 : text.lastIndexOf(' ', at) + 1
  return `${from > 0 ? '… ' : ''}${text.slice(from, from + length).trimEnd()}${from + length < text.length ? ' …' : ''}`
}

export const findText = (resources: readonly StoredVersion[], wanted: readonly string[]): ChartHit[] => resources.flatMap((stored) => {
  if (isTakenBack(stored)) return []
  const resource = toTyped<Readable>(stored)
  const { kind, title, text, at } = saidBy(resource)
  if (text === '' || !hasWords(wanted, title, text)) return []
  const encounter = resource.encounter?.reference?.split('/')[1]
  return [{ kind, title, text: snippetOf(text, wanted), at: at ?? stored.lastUpdated, ...(encounter !== undefined && { encounter }) }]
})
