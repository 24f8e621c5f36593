/** How long a person waits: for a long chart to open, for a letter to appear, for a press to show. */
import type { Page } from 'playwright-core'
import { loadHistory, openFhir } from '#test/bench/big-chart.ts'
import type { DemoAddress } from '#test/e2e/support/demo.ts'
import { measureOpenings, patientOf, quantile } from '#test/e2e/support/openings.ts'
import { addDiagnosis, addOrder, openFromQueue } from '#test/e2e/pages/visit.ts'
import { atLeast, atMost, type Measured } from './gate.ts'
import { arrive, type Staff } from './visits.ts'

const OPENINGS = 20
/** ms between the load and the first opening: such a chart grows over years, and the planner may learn of it first. */
const SETTLE = 20_000

export const bigChart = async (staff: Staff, { hospital }: DemoAddress): Promise<Measured[]> => {
  const { page } = staff.doctor
  const name = await arrive(staff)
  await loadHistory(await openFhir(hospital), await patientOf(page, name))
  await page.waitForTimeout(SETTLE)
  return [atMost('queue-to-typing-500-encounters-p95', quantile(await measureOpenings(page, name, OPENINGS), 0.95), 500, 'ms')]
}

const DIAGNOSES = ['J00', 'J02', 'J03', 'I10', 'E11', 'K29', 'M54', 'J20']
const DRUGS = ['amox 500 3x1 7n', 'para 500 3x1 3n', 'omep 20 1x1 14n', 'cetirizin 1x1 5n', 'metformin 2x1 30n', 'amlodipin 1x1 30n', 'ibuprofen 3x1 5n', 'vitamin 1x1 30n']

/** Durations of the events of keys and of presses that the browser found worth noting (16 ms and more), as web vitals do (https://web.dev/articles/inp). */
const watchEvents = (page: Page): Promise<void> => page.evaluate(() => {
  const seen: { name: string; duration: number }[] = []
  Object.assign(globalThis, { seenEvents: seen })
  // durationThreshold is newer than the types that are at hand
  const options: PerformanceObserverInit & { durationThreshold: number } = { type: 'event', buffered: false, durationThreshold: 16 }
  new PerformanceObserver((list) => { for (const { name, duration } of list.getEntries()) seen.push({ name, duration }) }).observe(options)
})
const eventsOf = (page: Page): Promise<{ name: string; duration: number }[]> => page.evaluate(() => Reflect.get(globalThis, 'seenEvents') as { name: string; duration: number }[])

const LETTERS = 160
const SHORTEST = 16

export const bigForm = async (staff: Staff): Promise<Measured[]> => {
  const { page } = staff.doctor
  const name = await arrive(staff)
  await page.goto('/kham')
  await openFromQueue(page, name)
  for (const code of DIAGNOSES) await addDiagnosis(page, code)
  for (const drug of DRUGS) await addOrder(page, drug)
  const fields = await page.locator('.visit-sheet :is(input, textarea, select)').count()
  await watchEvents(page)
  await page.getByLabel('Khám', { exact: true }).focus()
  await page.keyboard.type('Họng đỏ, amidan sưng. '.repeat(8).slice(0, LETTERS), { delay: 40 })
  const keys = (await eventsOf(page)).filter((event) => event.name === 'keydown').map(({ duration }) => duration)
  // keys that were too quick to be noted are among the letters too
  const typing = [...keys, ...Array.from({ length: Math.max(0, LETTERS - keys.length) }, () => SHORTEST)]
  for (const chip of await page.locator('.visit-diagnoses button.chip').all()) await chip.click()
  await page.getByRole('combobox', { name: 'Xử trí' }).selectOption({ index: 1 })
  await page.getByRole('combobox', { name: 'Thêm chẩn đoán' }).pressSequentially('viem', { delay: 60 })
  await page.waitForTimeout(500)
  const all = (await eventsOf(page)).map(({ duration }) => duration)
  return [atLeast('visit-sheet-fields-while-measured', fields, 60), atMost('typing-p95', quantile(typing, 0.95), 50, 'ms'), atMost('interaction-to-next-paint', quantile([...all, SHORTEST], 0.98), 200, 'ms')]
}
