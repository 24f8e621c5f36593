/** Answers of QIDO-RS in the DICOM JSON Model (PS3.18, annex F) as what the record knows of studies. What is not as the standard says is not there; nothing throws. Pure. */
import type { PacsInstance, PacsSeries, PacsStudy } from '../model/pictures.ts'

type Dataset = Readonly<Record<string, unknown>>

/** By PS3.6. */
export const TAG = {
  accession: '00080050', modality: '00080060', studyDate: '00080020', studyDescription: '00081030', seriesDescription: '0008103E', instance: '00080018',
  patientName: '00100010', patientId: '00100020', patientBirthDate: '00100030', study: '0020000D', series: '0020000E', seriesNumber: '00200011', instanceNumber: '00200013', frames: '00280008',
} as const

/** PS3.5, 9.1. It stands in addresses: at least one dot between digits, so that it is no ".." */
export const isUid = (text: string): boolean => text.length <= 64 && /^\d+(\.\d+)+$/.test(text)

const isObject = (value: unknown): value is Dataset => typeof value === 'object' && value !== null && !Array.isArray(value)
const firstOf = (set: Dataset, tag: string): unknown => {
  const element = set[tag]
  return isObject(element) && Array.isArray(element.Value) ? (element.Value as readonly unknown[])[0] : undefined
}
/** Bounded and on one line: it is shown. */
const textAt = (set: Dataset, tag: string): string => {
  const value = firstOf(set, tag)
  const text = typeof value === 'string' ? value : typeof value === 'number' ? String(value) : isObject(value) && typeof value.Alphabetic === 'string' ? value.Alphabetic : ''
  return text.slice(0, 200).replace(/\p{Cc}+/gu, ' ').trim()
}
const numberAt = (set: Dataset, tag: string): number | undefined => {
  const text = textAt(set, tag)
  return /^[+-]?\d{1,9}$/.test(text) ? Number(text) : undefined
}
const dayAt = (set: Dataset, tag: string): string => textAt(set, tag).replace(/^(\d{4})(\d{2})(\d{2})$/, '$1-$2-$3')

/** undefined: no list of datasets. */
export const toDatasets = (value: unknown): readonly Dataset[] | undefined => (Array.isArray(value) && value.every(isObject) ? value : undefined)

export const toStudies = (sets: readonly Dataset[]): PacsStudy[] => sets.flatMap((set) => {
  const uid = textAt(set, TAG.study)
  return isUid(uid) ? [{
    uid, accession: textAt(set, TAG.accession), date: dayAt(set, TAG.studyDate), description: textAt(set, TAG.studyDescription),
    // a person's name has its parts between "^" (PS3.5, 6.2.1)
    patient: { id: textAt(set, TAG.patientId), name: textAt(set, TAG.patientName).replaceAll('^', ' ').trim(), birthDate: dayAt(set, TAG.patientBirthDate) },
  }] : []
})

/** What has no pixels: reports, presentation states, selections, plans … (PS3.3, C.7.3.1.1.1). */
const WITHOUT_PICTURES: ReadonlySet<string> = new Set(['SR', 'PR', 'KO', 'DOC', 'AU', 'PLAN', 'REG', 'RTPLAN', 'RTSTRUCT', 'RTRECORD', 'FID', 'RWV', 'STAIN', 'ECG', 'HD'])
const MOST_FRAMES = 5000

/** Instances by their number; frames as many as are told, one where nothing is. */
const toInstances = (sets: readonly Dataset[]): PacsInstance[] => {
  const found = sets.flatMap((set) => {
    const uid = textAt(set, TAG.instance)
    return isUid(uid) ? [{ uid, at: numberAt(set, TAG.instanceNumber) ?? Number.MAX_SAFE_INTEGER, frames: Math.min(MOST_FRAMES, Math.max(1, numberAt(set, TAG.frames) ?? 1)) }] : []
  })
  return [...new Map(found.map((each) => [each.uid, each])).values()].toSorted((a, b) => a.at - b.at || a.uid.localeCompare(b.uid)).map(({ uid, frames }) => ({ uid, frames }))
}

/** A set that names another study than was asked for is not its. */
const isOf = (study: string) => (set: Dataset): boolean => ['', study].includes(textAt(set, TAG.study))

/** Series of a study with their instances, by their number. */
export const toSeries = (study: string, allSeries: readonly Dataset[], allInstances: readonly Dataset[]): PacsSeries[] => {
  const [series, instances] = [allSeries.filter(isOf(study)), Map.groupBy(allInstances.filter(isOf(study)), (set) => textAt(set, TAG.series))]
  const found = series.flatMap((set) => {
    const [uid, modality] = [textAt(set, TAG.series), textAt(set, TAG.modality)]
    if (!isUid(uid) || WITHOUT_PICTURES.has(modality)) return []
    const pictures = toInstances(instances.get(uid) ?? [])
    return pictures.length === 0 ? [] : [{ uid, number: numberAt(set, TAG.seriesNumber) ?? 0, modality, description: textAt(set, TAG.seriesDescription), instances: pictures }]
  })
  return [...new Map(found.map((each) => [each.uid, each])).values()].toSorted((a, b) => a.number - b.number || a.uid.localeCompare(b.uid))
}
