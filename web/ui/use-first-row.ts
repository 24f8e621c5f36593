/** A list takes the focus once it has rows, so that arrows and Enter work without the mouse; never from somebody who is typing. */
import { watch, type ShallowRef } from 'vue'

interface Focusable { focusFirst(): Promise<void> | undefined }

/** `count`: of rows that are shown. To be called in setup. */
export const useFirstRow = (list: Readonly<ShallowRef<Focusable | null>>, count: () => number): void => {
  const stop = watch(count, (rows) => {
    if (rows === 0 || document.activeElement?.matches('input, select, textarea')) return
    setTimeout(() => { void list.value?.focusFirst() })
    stop()
  }, { flush: 'post' })
}
