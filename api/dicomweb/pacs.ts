/**
 * A PACS that speaks DICOMweb (PS3.18, https://dicom.nema.org/medical/dicom/current/output/html/part18.html): studies are searched by QIDO-RS (10.6), pictures retrieved as rendered JPEG or PNG (10.4.1.1.3).
 * Only what Orthanc and dcm4chee both answer is asked: one media type in Accept (Orthanc takes no list), fields named one by one (no includefield=all), `window` with its three values, and no `viewport`, with
 * which Orthanc leaves the window that the picture came with. Pictures come in their own size; the screen makes them larger or smaller.
 */
import { outcome } from '../model/outcome.ts'
import type { Clock } from '../model/ports.ts'
import type { Pacs, PacsError, PictureAt } from '../model/pictures.ts'
import { PacsFailure, type PacsAnswer, type PacsCaller, type PacsQuestion } from './pacs-call.ts'
import { isUid, TAG, toDatasets, toSeries, toStudies } from './dicom-json.ts'
import { kindOf } from './picture-kind.ts'

const SEARCH = { accept: 'application/dicom+json', largest: 16 * 1024 * 1024 } as const
const PICTURE = { accept: 'image/jpeg', largest: 12 * 1024 * 1024 } as const
/** Milliseconds for a search, and for a picture, from the question to the last byte. */
const TIMES = { search: 8_000, picture: 15_000 }
/** Unfolded in a browser, four bytes each. */
const MOST_PIXELS = 64_000_000
/** Rows of an answer that are looked at, whatever the PACS was told of a limit. */
const MOST_ROWS = 200
const MOST_STUDIES = 20, MOST_SERIES = 200, MOST_INSTANCES = 5000

const errorOf = ({ status }: PacsAnswer): PacsError | undefined => {
  if (status >= 200 && status < 300) return undefined
  if (status === 401 || status === 403) return 'credentials'
  if (status === 404 || status === 410) return 'not-found'
  return status >= 300 && status < 400 ? 'redirect' : 'status'
}

export interface PacsParts { readonly name: string; readonly address: string; readonly caller: PacsCaller; readonly clock: Clock; readonly times?: typeof TIMES }

export const createPacs = ({ name, address, caller, clock, times = TIMES }: PacsParts): Pacs => {
  let lastAnswer: string | undefined
  let last: { readonly lastError: PacsError; readonly lastErrorAt: string } | undefined
  /** Of the PACS as a whole say nothing: that we asked too much, that one picture is gone, that whoever asked went away. */
  const fail = (code: PacsError, isOfOne = false): never => {
    if (code !== 'busy' && !isOfOne) last = { lastError: code, lastErrorAt: clock.now().toISOString() }
    throw outcome(code === 'not-a-picture' || code === 'not-found' ? 'pacs-unfit' : 'pacs-unreachable', { diagnostics: code })
  }
  const ask = async (question: PacsQuestion): Promise<PacsAnswer> => {
    try {
      const answer = await caller.ask(question)
      const error = errorOf(answer)
      if (error !== undefined) return fail(error, error === 'not-found' && question.accept === PICTURE.accept)
      return answer
    } catch (error) {
      if (error instanceof PacsFailure) return fail(error.code, question.signal?.aborted === true)
      throw error
    }
  }
  /** What came is what was asked for: only then did the PACS answer. */
  const isWell = (): void => { lastAnswer = clock.now().toISOString() }
  /** No content: nothing matches (10.6.3). Anything else that is no list is no answer, and does not mean that there is nothing. */
  const search = async (path: string, query: Readonly<Record<string, string>>): ReturnType<typeof toList> => {
    const answer = await ask({ ...SEARCH, milliseconds: times.search, path, query })
    const found = answer.status === 204 ? [] : await toList(answer)
    isWell()
    return found
  }
  const toList = async ({ type, bytes }: PacsAnswer) => {
    if (type !== 'application/dicom+json' && type !== 'application/json') return fail('not-dicom-json')
    try {
      return toDatasets(JSON.parse(bytes.toString('utf8'))) ?? fail('not-dicom-json')
    } catch (error) {
      if (error instanceof SyntaxError) return fail('not-dicom-json')
      throw error
    }
  }
  return {
    async findStudies(by) {
      // neither can be a pattern: QIDO-RS takes "*" and "?" for wildcards
      if ('study' in by ? !isUid(by.study) : !/^[\w.-]{1,16}$/.test(by.accession)) return { studies: [], asked: false, full: false }
      const wanted: Readonly<Record<string, string>> = 'study' in by ? { StudyInstanceUID: by.study } : { AccessionNumber: by.accession }
      const found = await search('/studies', { ...wanted, includefield: [TAG.studyDescription, TAG.patientBirthDate].join(','), limit: String(MOST_STUDIES) })
      // one that knows no such parameter answers everything it has, or the first of it: then what is wanted may be among the rest
      const studies = toStudies(found.slice(0, MOST_ROWS)).filter(({ uid, accession }) => ('study' in by ? uid === by.study : accession === by.accession))
      return { studies: studies.slice(0, MOST_STUDIES), asked: true, full: studies.length > MOST_STUDIES || found.length > MOST_ROWS || (found.length >= MOST_STUDIES && studies.length < found.length) }
    },
    async readSeries(study) {
      if (!isUid(study)) return { series: [], cut: false }
      const [series, instances] = await Promise.all([
        search(`/studies/${study}/series`, { includefield: TAG.seriesDescription, limit: String(MOST_SERIES) }),
        search(`/studies/${study}/instances`, { includefield: [TAG.series, TAG.instanceNumber, TAG.frames].join(','), limit: String(MOST_INSTANCES) }),
      ])
      return { series: toSeries(study, series.slice(0, MOST_SERIES), instances.slice(0, MOST_INSTANCES)), cut: series.length >= MOST_SERIES || instances.length >= MOST_INSTANCES }
    },
    async readPicture({ study, series, instance, frame, window }: PictureAt, signal) {
      if (![study, series, instance].every(isUid)) throw outcome('not-found')
      const path = `/studies/${study}/series/${series}/instances/${instance}${frame === undefined ? '' : `/frames/${frame}`}/rendered`
      const { type, bytes } = await ask({ ...PICTURE, milliseconds: times.picture, path, ...(signal && { signal }), ...(window && { query: { window: `${window.center},${window.width},linear` } }) })
      const kind = kindOf(bytes)
      if (kind === undefined || kind.type !== type || kind.width * kind.height > MOST_PIXELS || kind.width === 0) return fail('not-a-picture')
      isWell()
      return { type: kind.type, bytes }
    },
    state: () => ({ name, address, ...(lastAnswer !== undefined && { lastAnswer }), ...last }),
  }
}
