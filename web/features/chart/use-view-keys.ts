/** "g" and then the letter of a view, as in the keyboard map of the record; outside text fields and never while an input method composes. */
import type { ChartView } from '#web/record/chart-path.ts'
import { useHotkeys, type HotkeyMap } from '#web/ui/keyboard.ts'

export const VIEW_KEYS: Readonly<Record<string, ChartView>> = { t: 'tong-quan', d: 'dong-thoi-gian', k: 'ket-qua', m: 'thuoc', l: 'tai-lieu' }

/** ms in which the second key counts. */
const PATIENCE = 1500

export const useViewKeys = (go: (view: ChartView) => void): void => {
  let until = 0
  const waits = (): boolean => performance.now() < until
  useHotkeys({ g: () => { until = performance.now() + PATIENCE } })
  const second: HotkeyMap = Object.fromEntries(Object.entries(VIEW_KEYS).map(([key, view]) => [key, () => { until = 0; go(view) }]))
  useHotkeys(second, waits)
}
