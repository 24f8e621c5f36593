/**
 * Keys of a page. Vietnamese input methods compose letters: nothing fires while they do, single letters fire only outside text fields,
 * and Ctrl+Shift and Alt+Z stay free because the usual input methods take them.
 */
import { onBeforeUnmount, onMounted } from 'vue'

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

export type HotkeyMap = Readonly<Record<string, (event: KeyboardEvent) => void>>

/** Binds keys on the window while the component lives. A handler's key is prevented from doing anything else. */
export const useHotkeys = (map: HotkeyMap, enabled: () => boolean = () => true): void => {
  const onKeydown = (event: KeyboardEvent): void => {
    if (isComposing(event) || event.defaultPrevented || !enabled()) return
    const name = keyName(event)
    const handler = map[name]
    if (!handler || (name.length === 1 && inTextField(event.target))) return
    event.preventDefault()
    handler(event)
  }
  useEventListener('keydown', onKeydown)
}
