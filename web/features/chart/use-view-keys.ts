/** "g" and then the letter of a view, as in the keyboard map of the record; outside text fields and never while an input method composes. */
import { usePageKeys } from '#web/shell/page-keys.ts'
import type { ChartView } from '#web/record/chart-path.ts'
import { useHotkeys, type HotkeyMap } from '#web/ui/keyboard.ts'

const VIEW_KEYS: readonly (readonly [key: string, view: ChartView])[] = [['t', 'tong-quan'], ['d', 'dong-thoi-gian'], ['k', 'ket-qua'], ['h', 'hinh-anh'], ['m', 'thuoc'], ['l', 'tai-lieu']]

/** ms in which the second key counts. */
const PATIENCE = 1500

export const useViewKeys = (go: (view: ChartView) => void): void => {
  let until = 0
  useHotkeys({ g: () => { until = performance.now() + PATIENCE } })
  const second: HotkeyMap = Object.fromEntries(VIEW_KEYS.map(([key, view]) => [key, () => { until = 0; go(view) }]))
  useHotkeys(second, () => performance.now() < until)
  usePageKeys(VIEW_KEYS.map(([key, view]) => ({ keys: `g ${key}`, label: `chart.view.${view}`, run: () => go(view) })))
}
