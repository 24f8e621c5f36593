/** A list takes the focus once it has rows, so that arrows and Enter work without the mouse; never from somebody who is typing, who stands on a row already, or who has a menu or a dialog open: that would close. */
import { watch, type ShallowRef } from 'vue'

interface Focusable { focusFirst(): Promise<void> | undefined }

const BUSY = 'input, select, textarea, [contenteditable], [aria-expanded="true"]'
const TAKEN = '[role="grid"], [role="menu"], [role="listbox"], [role="dialog"], [role="alertdialog"]'

const isBusy = (): boolean => document.activeElement?.matches(BUSY) === true || (document.activeElement?.closest(TAKEN) ?? null) !== null

/** `count`: of rows that are shown. `immediate`: also rows that are there already. To be called in setup. */
export const useFirstRow = (list: Readonly<ShallowRef<Focusable | null>>, count: () => number, { immediate = false }: { readonly immediate?: boolean } = {}): void => {
  let taken = false
  watch(count, (rows) => {
    if (taken || rows === 0 || isBusy()) return
    taken = true
    // behind the drawing of the rows, where somebody may be busy by now
    setTimeout(() => { if (!isBusy()) void list.value?.focusFirst() })
  }, { flush: 'post', immediate })
}
