/**
 * Keys of a page. Vietnamese input methods compose letters: nothing fires while they do, single letters fire only outside text fields,
 * and Ctrl+Shift and Alt+Z stay free because the usual input methods take them.
 */
import { onBeforeUnmount, onMounted, watch } from 'vue'

/** True while an input method is composing; 229 is what older engines report instead of isComposing. */
export const isComposing = (event: KeyboardEvent): boolean => event.isComposing || event.keyCode === 229

const inTextField = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || target.matches('textarea, select, input:not([type=checkbox], [type=radio], [type=button])'))

/**
 * "Ctrl+Enter", "Alt+1", "F8", "/" : the name of a key press as hotkey maps write it. With Alt the number pad types a character by its number (Alt+0176 is °,
 * https://en.wikipedia.org/wiki/Alt_code), so its keys are none of ours.
 */
export const keyName = (event: Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'altKey'>): string => {
  const placed = event.altKey ? /^Digit(\d)$|^(Numpad.+)$/.exec(event.code) : null
  const key = placed?.[1] ?? placed?.[2] ?? (event.key.length === 1 ? event.key.toLowerCase() : event.key)
  return `${event.ctrlKey || event.metaKey ? 'Ctrl+' : ''}${event.altKey ? 'Alt+' : ''}${key}`
}

/** Listens on the window while the component lives. */
export const useEventListener = <Name extends keyof WindowEventMap>(name: Name, listener: (event: WindowEventMap[Name]) => void): void => {
  onMounted(() => window.addEventListener(name, listener))
  onBeforeUnmount(() => window.removeEventListener(name, listener))
}

/** Modal dialogs that are open now. */
const dialogs = new Set<symbol>()

/** For a modal dialog: while it is open the keys of whatever was there before it rest. */
export const useModal = (open: () => boolean): void => {
  const mine = Symbol('dialog')
  watch(open, (now) => { if (now) dialogs.add(mine); else dialogs.delete(mine) }, { immediate: true, flush: 'sync' })
  onBeforeUnmount(() => { dialogs.delete(mine) })
}

export type HotkeyMap = Readonly<Record<string, (event: KeyboardEvent) => void>>

/**
 * Binds keys on the window while the component lives, and while no dialog lies over it that was opened later: a component that opens its own at once, or stands in one, keeps its keys.
 * A handler's key is prevented from doing anything else.
 */
export const useHotkeys = (map: HotkeyMap, enabled: () => boolean = () => true): void => {
  let own: ReadonlySet<symbol> = new Set()
  // children are mounted first: its own dialog is among these
  onMounted(() => { own = new Set(dialogs) })
  const onKeydown = (event: KeyboardEvent): void => {
    if (isComposing(event) || event.defaultPrevented || [...dialogs].some((dialog) => !own.has(dialog)) || !enabled()) return
    const name = keyName(event)
    const handler = map[name]
    if (!handler || (name.length === 1 && inTextField(event.target))) return
    event.preventDefault()
    handler(event)
  }
  useEventListener('keydown', onKeydown)
}
