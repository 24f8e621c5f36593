/** Pictures of imaging orders: what the hospital's PACS is asked for (DICOM PS3.18), and what the screens are told of it. */

/** Who a study is of, as the PACS names them. */
export interface PacsPatient { readonly id: string; readonly name: string; /** YYYY-MM-DD, or as it stands there. */ readonly birthDate: string }
export interface PacsStudy { readonly uid: string; readonly accession: string; readonly patient: PacsPatient; /** YYYY-MM-DD, '' where it is not told. */ readonly date: string; readonly description: string }
export interface PacsInstance { readonly uid: string; readonly frames: number }
export interface PacsSeries { readonly uid: string; readonly number: number; readonly modality: string; readonly description: string; readonly instances: readonly PacsInstance[] }
export interface PacsWindow { readonly center: number; readonly width: number }
export interface PictureAt { readonly study: string; readonly series: string; readonly instance: string; /** From 1; undefined where there is one. */ readonly frame?: number; readonly window?: PacsWindow }
export interface Picture { readonly type: 'image/jpeg' | 'image/png'; readonly bytes: Uint8Array }

/** Why the PACS gave nothing; never with an address or anything of a patient. */
export const PACS_ERRORS = ['timeout', 'refused', 'credentials', 'not-found', 'redirect', 'status', 'too-large', 'not-dicom-json', 'not-a-picture', 'certificate', 'busy', 'connection'] as const
export type PacsError = (typeof PACS_ERRORS)[number]

/** As its administrator sees it. */
export interface PacsState { readonly name: string; readonly address: string; readonly lastAnswer?: string; readonly lastError?: PacsError; readonly lastErrorAt?: string }
/** GET /api/admin/pacs ; POST /api/admin/pacs/check. Without `pacs`: none is connected. */
export interface PacsPage { readonly pacs?: PacsState }

/** `asked`: false where the PACS cannot be asked for such a number. `full`: the PACS told of so many others that what was asked for may be missing. */
export interface PacsFinding { readonly studies: readonly PacsStudy[]; readonly asked: boolean; readonly full: boolean }

/** Port of api/dicomweb. Everything throws pacs-unreachable (diagnostics: a PacsError) but for a picture that is none: pacs-unfit. */
export interface Pacs {
  findStudies(by: { readonly accession: string } | { readonly study: string }): Promise<PacsFinding>
  /** `cut`: there is more than is read. */
  readSeries(study: string): Promise<{ readonly series: readonly PacsSeries[]; readonly cut: boolean }>
  readPicture(at: PictureAt, signal?: AbortSignal): Promise<Picture>
  state(): PacsState
}

// ---------------------------------------------------------------- the screens

/** A study that carries the number of the order, or was noted for it, and is not of its patient, or cannot be told to be, or carries the number of another order. */
export type WithheldReason = 'other-order' | 'patient-number' | 'patient-unnamed' | 'patient-name' | 'patient-birth'

export interface PictureSeries { readonly modality: string; readonly number: number; readonly description: string; /** Pictures; every frame of an instance counts. */ readonly count: number }
export interface PictureStudy { readonly date: string; readonly description: string; readonly series: readonly PictureSeries[] }

/**
 * GET /api/imaging-orders/:order/pictures. `opened` names what was found, for GET /api/pictures/:opened/:series/:index?window=center,width, by numbers from 0: `series` counts through all studies. It is
 * good for a quarter of an hour and for who asked.
 */
export interface PicturesOpened {
  /**
   * off: no PACS is connected. none: the PACS was asked for every number, and has nothing. unasked: one of the numbers cannot be asked for. crowded: the PACS told of so many others that what is wanted may be
   * missing. empty: a study fits and has no pictures. unreachable: nothing usable came, for `error`.
   */
  readonly state: 'off' | 'unreachable' | 'unasked' | 'crowded' | 'none' | 'withheld' | 'empty' | 'found'
  readonly error?: PacsError
  readonly opened: string
  readonly test: string
  readonly patient: { readonly number: string; readonly name: string; readonly birthDate?: string; readonly gender?: string }
  readonly accession: string
  readonly studies: readonly PictureStudy[]
  readonly withheld: readonly WithheldReason[]
  /** There are more pictures than are shown. */
  readonly cut: boolean
}
