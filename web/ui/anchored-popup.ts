/** Places a popup under (or over) its field with position: fixed, so that scrolling panes do not clip it and a dialog still owns it. */
import { onBeforeUnmount, ref, watch, type CSSProperties, type Ref } from 'vue'

const GAP = 2
const MARGIN = 8
const WANTED = 300

/** Pure: where the popup goes. It opens upwards only when there is more room there and too little below. */
export const placePopup = (anchor: { left: number; top: number; bottom: number; width: number }, view: { width: number; height: number }): CSSProperties => {
  const below = view.height - anchor.bottom - GAP - MARGIN
  const above = anchor.top - GAP - MARGIN
  const up = below < Math.min(WANTED, 160) && above > below
  const left = Math.max(MARGIN, Math.min(anchor.left, view.width - anchor.width - MARGIN))
  return {
    left: `${left}px`,
    ...(up ? { bottom: `${view.height - anchor.top + GAP}px` } : { top: `${anchor.bottom + GAP}px` }),
    minWidth: `${anchor.width}px`,
    maxHeight: `${Math.min(WANTED, up ? above : below)}px`,
  }
}

export const useAnchoredPopup = (anchor: Ref<HTMLElement | null>, open: Ref<boolean>): Ref<CSSProperties | undefined> => {
  const place = ref<CSSProperties>()
  const update = (): void => {
    if (anchor.value) place.value = placePopup(anchor.value.getBoundingClientRect(), { width: window.innerWidth, height: window.innerHeight })
  }
  const stop = (): void => {
    window.removeEventListener('scroll', update, true)
    window.removeEventListener('resize', update)
  }
  watch(open, (now) => {
    stop()
    if (!now) return
    update()
    window.addEventListener('scroll', update, true)
    window.addEventListener('resize', update)
  })
  onBeforeUnmount(stop)
  return place
}
