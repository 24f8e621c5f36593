/** The studies of an imaging order at the PACS: by its accession number, or by a UID that another system wrote down for the order (ImagingStudy); of each, whether it is of the patient. */
import type { ImagingStudy } from '@medplum/fhirtypes'
import { imagingAccession, looksLikeImagingAccession } from '../laboratory/imaging-accession.ts'
import { accessionOf } from '../laboratory/read-result.ts'
import { parseJsonObject } from '../model/json.ts'
import type { Pacs, PacsSeries, PacsStudy, WithheldReason } from '../model/pictures.ts'
import type { Caller, ResourceStore } from '../model/ports.ts'
import { toTyped } from '../model/resource.ts'
import { SID } from '../model/systems.ts'
import { recordOf, strangeness, type KnownPerson } from './picture-persons.ts'
import { ownCaller } from './visit-access.ts'
import { searchOwn } from './work-orders.ts'

export interface OpenedStudy extends PacsStudy { /** The Patient whose number and name fit. */ readonly record: string; readonly series: readonly PacsSeries[] }
export interface FoundStudies { readonly studies: readonly OpenedStudy[]; readonly withheld: readonly WithheldReason[]; /** What is to be said where there is nothing to show. */ readonly nothing: 'none' | 'empty' | 'crowded' | 'unasked'; readonly cut: boolean }

const MOST_NOTED = 5
const UID = /^(?:urn:oid:)?(\d+(?:\.\d+)+)$/

/** http://hl7.org/fhir/R4/imagingstudy-definitions.html#ImagingStudy.identifier */
const readNoted = async (deps: { readonly store: ResourceStore }, caller: Caller, order: string, patient: string): Promise<string[]> => {
  const { matches } = await searchOwn(deps, caller, 'ImagingStudy', [['basedon', `ServiceRequest/${order}`]], MOST_NOTED)
  return matches.filter((stored) => stored.patient === patient).map((stored) => toTyped<ImagingStudy>(stored)).filter(({ status }) => status !== 'entered-in-error' && status !== 'cancelled')
    .flatMap(({ identifier = [] }) => identifier.flatMap(({ system, value }) => (system === 'urn:dicom:uid' ? [UID.exec(value ?? '')?.[1] ?? ''] : [])).filter((uid) => uid !== ''))
    .filter((uid, at, all) => all.indexOf(uid) === at).slice(0, MOST_NOTED)
}

/** The number that the report got when the order was taken in, and the one that was sent to the RIS. */
export const readAccessions = async ({ store }: { readonly store: ResourceStore }, caller: Caller, order: string): Promise<readonly string[]> => {
  const report = await store.read(ownCaller(caller), { type: 'DiagnosticReport', id: order })
  const own = imagingAccession(order)
  return [...new Set([report === undefined || report.deleted ? own : accessionOf(parseJsonObject(report.body)) ?? own, own])]
}

/** Whether a number is one that another order has: by its form, or by the report of that order. */
const isOfAnother = async (deps: { readonly store: ResourceStore }, caller: Caller, order: string, number: string): Promise<boolean> => {
  if (number === '' || number === imagingAccession(order)) return false
  if (looksLikeImagingAccession(number)) return true
  const { matches } = await searchOwn(deps, caller, 'DiagnosticReport', [['identifier', `${SID.accession}|${number}`]], MOST_NOTED)
  return matches.some(({ id }) => id !== order)
}

/** Throws pacs-unreachable, pacs-unfit. */
export const findStudies = async (deps: { readonly store: ResourceStore; readonly pacs: Pacs }, caller: Caller, about: { readonly order: string; readonly patient: string; readonly accessions: readonly string[]; readonly known: readonly KnownPerson[] }): Promise<FoundStudies> => {
  const { pacs } = deps
  const noted = await readNoted(deps, caller, about.order, about.patient)
  const pages = await Promise.all([...about.accessions.map((accession) => pacs.findStudies({ accession })), ...noted.map((study) => pacs.findStudies({ study }))])
  const found = [...new Map(pages.flatMap(({ studies }) => studies).map((study) => [study.uid, study])).values()]
  const judged = await Promise.all(found.map(async (study): Promise<{ readonly study: PacsStudy; readonly differs: WithheldReason | undefined }> =>
    ({ study, differs: strangeness(study.patient, about.known) ?? (await isOfAnother(deps, caller, about.order, study.accession) ? 'other-order' : undefined) })))
  // one after another: two large lists of series at a time are enough
  const opened: { readonly study: PacsStudy; readonly series: readonly PacsSeries[]; readonly cut: boolean }[] = []
  for (const { study, differs } of judged) if (differs === undefined) opened.push({ study, ...await pacs.readSeries(study.uid) })
  const isFull = pages.some(({ full }) => full)
  return {
    studies: opened.map(({ study, series }) => ({ ...study, series, record: recordOf(study.patient, about.known) ?? '' })).filter(({ series }) => series.length > 0).toSorted((a, b) => a.date.localeCompare(b.date)),
    withheld: judged.flatMap(({ differs }) => (differs === undefined ? [] : [differs])), cut: isFull || opened.some(({ cut }) => cut),
    nothing: opened.length > 0 ? 'empty' : isFull ? 'crowded' : pages.every(({ asked }) => asked) ? 'none' : 'unasked',
  }
}
