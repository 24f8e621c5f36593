/**
 * The pictures of one order: opened, asked for one by one, a few ahead, kept in the memory of this page only and only some. What was opened ends by itself at the server; then it is opened once more.
 */
import { computed, onBeforeUnmount, onMounted, ref, shallowRef, watch } from 'vue'
import type { PicturesOpened } from '#api/model/pictures.ts'
import { get, getBlob } from '#web/fhir/client.ts'
import { isFailure } from '#web/fhir/failure-text.ts'
import { RequestError } from '#web/fhir/request-error.ts'
import { withBreakGlass } from '#web/shell/break-glass.ts'
import { ahead, allSeries, clamp, fittingTone, nextTone, nextZoom, toPicture, toSeries, windowOf, type Place, type Tone } from './pictures-view.ts'

/** Pictures that stay in memory. */
const KEPT = 16

export const usePictures = (about: { readonly order: string; readonly patient: string }) => {
  const opened = shallowRef<PicturesOpened>()
  const place = shallowRef<Place>({ series: 0, index: 0 })
  const tone = ref<Tone>('own')
  const zoom = ref(1)
  const inverted = ref(false)
  const failure = shallowRef<unknown>()
  /** Address of the picture that is shown; undefined while it is on its way. */
  const shown = ref<string>()
  const kept = new Map<string, string>()
  let under = new AbortController()
  let gone = false

  const series = computed(() => allSeries(opened.value))
  const current = computed(() => series.value[place.value.series])
  const keyOf = ({ series: of, index }: Place): string => `${opened.value?.opened ?? ''}/${of}/${index}?${windowOf(tone.value) ?? ''}`
  const forget = (): void => {
    for (const url of kept.values()) URL.revokeObjectURL(url)
    kept.clear()
  }
  /** The address in memory; asked for where it is not there. */
  const load = async (wanted: Place, signal: AbortSignal, background: boolean): Promise<string> => {
    const key = keyOf(wanted)
    const known = kept.get(key)
    if (known !== undefined) { kept.delete(key); kept.set(key, known); return known }
    const blob = await getBlob('GET', `/api/pictures/${opened.value?.opened ?? ''}/${wanted.series}/${wanted.index}`, { query: { window: windowOf(tone.value) }, signal, background })
    const url = URL.createObjectURL(blob)
    if (gone) { URL.revokeObjectURL(url); return url }
    kept.set(key, url)
    for (const [oldest, old] of kept) {
      if (kept.size <= KEPT) break
      kept.delete(oldest)
      URL.revokeObjectURL(old)
    }
    return url
  }

  /** False where it failed: nobody goes on to show something. */
  const open = async (): Promise<boolean> => {
    failure.value = undefined
    shown.value = undefined
    try {
      opened.value = await withBreakGlass(about.patient, () => get<PicturesOpened>(`/api/imaging-orders/${encodeURIComponent(about.order)}/pictures`))
      place.value = clamp(place.value, series.value)
      return true
    } catch (error) {
      failure.value = error
      return false
    }
  }
  const show = async (again = true): Promise<void> => {
    under.abort()
    under = new AbortController()
    const { signal } = under
    if (opened.value?.state !== 'found') return
    failure.value = undefined
    shown.value = undefined
    try {
      shown.value = await load(place.value, signal, false)
      for (const next of ahead(place.value, series.value)) {
        if (signal.aborted) return
        // what fails ahead is asked for again, and told of, when it is wanted
        await load(next, signal, true).catch(() => undefined)
      }
    } catch (error) {
      if (signal.aborted) return
      // nothing that was shown before stays where the right to see it, or what it was found by, has ended
      if (error instanceof RequestError && [401, 403, 404, 410].includes(error.status)) forget()
      if (again && isFailure(error, 'pictures-closed')) { if (await open()) await show(false); return }
      failure.value = error
    }
  }
  const go = (next: Place): void => {
    if (next.series === place.value.series && next.index === place.value.index) return
    if (next.series !== place.value.series) { zoom.value = 1; tone.value = fittingTone(tone.value, series.value[next.series]?.modality ?? '') }
    place.value = next
  }
  /** Who may no longer see asks for the right again, which opening does. */
  const retry = async (): Promise<void> => { if ((opened.value?.state === 'found' && !isFailure(failure.value, 'break-glass-needed')) || await open()) await show() }
  /** What came is no picture to this browser. */
  const broken = (): void => {
    forget()
    shown.value = undefined
    failure.value = new RequestError('pacs-unfit', 0)
  }

  watch([place, () => windowOf(tone.value)], () => { void show() })
  onMounted(async () => { if (await open()) await show() })
  onBeforeUnmount(() => { gone = true; under.abort(); forget() })

  return {
    opened, place, series, current, tone, zoom, inverted, failure, shown, retry, broken,
    pictureBy: (by: number) => go(toPicture(place.value, by, series.value)), seriesBy: (by: number) => go(toSeries(place.value, by, series.value)),
    toSeries: (wanted: number) => go({ series: wanted, index: 0 }),
    turnTone: () => { tone.value = nextTone(tone.value, current.value?.modality ?? '') }, zoomBy: (by: 1 | -1) => { zoom.value = nextZoom(zoom.value, by) },
  }
}
