/**
 * The keys of the page that is shown, with what each does: bound while the page lives, listed by the help, offered by the palette. A row without `run` only tells of a key
 * that a control has of itself.
 *   usePageKeys([{ keys: 'F8', label: 'queue.key.next', run: openNext }])
 */
import { computed, onBeforeUnmount, onMounted, ref, shallowReactive } from 'vue'
import { useHotkeys } from '#web/ui/keyboard.ts'

export interface PageKey {
  /** As hotkey maps write it, e.g. "Ctrl+Enter", or as it is read when nothing is bound. */
  readonly keys: string
  /** Message key. */
  readonly label: string
  readonly run?: () => void
}

const shown = shallowReactive<{ readonly rows: readonly PageKey[]; readonly enabled: () => boolean }[]>([])

/** What lies over every page: while one is open the keys of the page rest. */
export const overlay = ref<'palette' | 'keys'>()

/** What works now: of a list that lies behind an open panel nothing. */
export const pageKeys = computed(() => shown.flatMap(({ rows, enabled }) => (enabled() ? rows : [])))
/** What may be done now. */
export const pageActions = (): readonly (PageKey & { readonly run: () => void })[] =>
  shown.flatMap(({ rows, enabled }) => (enabled() ? rows.flatMap((row) => (row.run === undefined ? [] : [{ ...row, run: row.run }])) : []))

export const usePageKeys = (rows: readonly PageKey[], enabled: () => boolean = () => true): void => {
  const entry = { rows, enabled }
  useHotkeys(Object.fromEntries(rows.flatMap(({ keys, run }) => (run === undefined ? [] : [[keys, run]]))), () => overlay.value === undefined && enabled())
  onMounted(() => { shown.push(entry) })
  onBeforeUnmount(() => { shown.splice(shown.indexOf(entry), 1) })
}
