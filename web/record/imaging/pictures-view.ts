/** What the viewer of pictures shows and where its keys lead. Pure. */
import type { PacsError, PictureSeries, PicturesOpened } from '#api/model/pictures.ts'

/** Which sentence tells why the PACS gave nothing. */
export const errorWord = (error: PacsError | undefined): 'away' | 'busy' | 'credentials' | 'certificate' | 'too-large' | 'wrong' => {
  if (error === 'busy' || error === 'credentials' || error === 'certificate' || error === 'too-large') return error
  return error === undefined || error === 'timeout' || error === 'refused' || error === 'connection' ? 'away' : 'wrong'
}

export interface Place { readonly series: number; readonly index: number }

/** Every series in the order in which pictures are asked for: through all studies. */
export const allSeries = (opened: Pick<PicturesOpened, 'studies'> | undefined): readonly PictureSeries[] => opened?.studies.flatMap(({ series }) => series) ?? []

export const toPicture = (place: Place, by: number, series: readonly PictureSeries[]): Place => {
  const last = (series[place.series]?.count ?? 1) - 1
  return { ...place, index: Math.max(0, Math.min(last, place.index + by)) }
}
/** The same place where there still is one: what is opened once more may have fewer series or pictures. */
export const clamp = (place: Place, series: readonly PictureSeries[]): Place => {
  const at = series[place.series] === undefined ? { series: 0, index: 0 } : toPicture(place, 0, series)
  return at.series === place.series && at.index === place.index ? place : at
}

/** To the first picture of the series, also of the one that is shown. */
export const toSeries = (place: Place, by: number, series: readonly PictureSeries[]): Place => {
  const wanted = Math.max(0, Math.min(series.length - 1, place.series + by))
  return wanted === place.series ? place : { series: wanted, index: 0 }
}

/** Keys that stay the browser's own: what scrolls, what presses a button, its zoom, reloading, the whole screen, the page before. */
const BROWSERS: ReadonlySet<string> = new Set(['ArrowUp', 'ArrowDown', 'Enter', ' ', 'F5', 'F11', 'Ctrl+r', 'Ctrl+F5', 'Ctrl+0', 'Ctrl++', 'Ctrl+=', 'Ctrl+-', 'Alt+ArrowLeft', 'Alt+ArrowRight'])
export const isBrowsers = (key: string): boolean => BROWSERS.has(key)

/** The next few and the one before: who looks through a series goes on in it. */
export const ahead = (place: Place, series: readonly PictureSeries[]): readonly Place[] =>
  [1, 2, 3, -1].map((by) => ({ ...place, index: place.index + by })).filter(({ index }) => index >= 0 && index < (series[place.series]?.count ?? 0))

/** How gray values are shown: of a CT a window in Hounsfield units, by the PACS; of all others, whose values have no unit, only lighter, darker or harder on the screen. */
export type Tone = 'own' | 'soft' | 'lung' | 'bone' | 'brain' | 'contrast' | 'light' | 'dark'
/** Center and width, as https://radiopaedia.org/articles/windowing-ct gives them. */
const WINDOWS: Readonly<Partial<Record<Tone, string>>> = { soft: '50,400', lung: '-600,1500', bone: '400,1800', brain: '40,80' }
const OF_CT: readonly Tone[] = ['own', 'soft', 'lung', 'bone', 'brain']
const OF_OTHERS: readonly Tone[] = ['own', 'contrast', 'light', 'dark']
const tonesOf = (modality: string): readonly Tone[] => (modality === 'CT' ? OF_CT : OF_OTHERS)

export const nextTone = (tone: Tone, modality: string): Tone => { const tones = tonesOf(modality); return tones[(tones.indexOf(tone) + 1) % tones.length] ?? 'own' }
/** What another modality does not know is its own window. */
export const fittingTone = (tone: Tone, modality: string): Tone => (tonesOf(modality).includes(tone) ? tone : 'own')
export const windowOf = (tone: Tone): string | undefined => WINDOWS[tone]

export const ZOOMS = [1, 1.5, 2, 3, 4, 6] as const
export const nextZoom = (zoom: number, by: 1 | -1): number => ZOOMS[Math.max(0, Math.min(ZOOMS.length - 1, ZOOMS.findIndex((each) => each === zoom) + by))] ?? 1
