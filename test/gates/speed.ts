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

interface SeenEvent { readonly name: string; readonly duration: number; readonly start: number; /** Events of one press have the same; 0: no interaction. */ readonly interaction: number }

/** The events of keys and of presses that the browser found worth noting (16 ms and more), and how many keys it heard at all. */
const watchEvents = (page: Page): Promise<void> => page.evaluate(() => {
  const seen: SeenEvent[] = [], heard: number[] = []
  Object.assign(globalThis, { seenEvents: seen, heardKeys: heard })
  addEventListener('keydown', ({ timeStamp }) => heard.push(timeStamp), { capture: true })
  // durationThreshold is newer than the types that are at hand
  const options: PerformanceObserverInit & { durationThreshold: number } = { type: 'event', buffered: false, durationThreshold: 16 }
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) seen.push({ name: entry.name, duration: entry.duration, start: entry.startTime, interaction: Number(Reflect.get(entry, 'interactionId') ?? 0) })
  }).observe(options)
})
const eventsOf = (page: Page): Promise<SeenEvent[]> => page.evaluate(() => Reflect.get(globalThis, 'seenEvents') as SeenEvent[])
const keysSince = (page: Page, from: number): Promise<number> => page.evaluate((since) => (Reflect.get(globalThis, 'heardKeys') as number[]).filter((at) => at >= since).length, from)

/** The longest event of each interaction; of every fifty interactions the worst one is left out (https://web.dev/articles/inp). */
export const nextPaint = (events: readonly Pick<SeenEvent, 'duration' | 'interaction'>[], shortest: number): number => {
  const longest = new Map<number, number>()
  for (const { interaction, duration } of events) if (interaction > 0) longest.set(interaction, Math.max(duration, longest.get(interaction) ?? 0))
  const worstFirst = [...longest.values()].toSorted((a, b) => b - a)
  return worstFirst[Math.floor(worstFirst.length / 50)] ?? shortest
}

/** As the fingers type them: each letter is a key, accents come by an input method. */
const TYPED = 'Hojng ddor, amidan suwng. '.repeat(8).slice(0, 160)
const SHORTEST = 16

export const bigForm = async (staff: Staff): Promise<Measured[]> => {
  const { page } = staff.doctor
  const name = await arrive(staff)
  await page.goto('/kham')
  await openFromQueue(page, name)
  await watchEvents(page)
  for (const code of DIAGNOSES) await addDiagnosis(page, code)
  for (const drug of DRUGS) await addOrder(page, drug)
  const fields = await page.locator('.visit-sheet :is(input, textarea, select)').count()
  await page.getByLabel('Khám', { exact: true }).focus()
  const from = await page.evaluate(() => performance.now())
  await page.keyboard.type(TYPED, { delay: 40 })
  await page.waitForTimeout(500)
  const keys = (await eventsOf(page)).filter((event) => event.name === 'keydown' && event.start >= from).map(({ duration }) => duration)
  // a key that was heard and too quick to be noted took less than the shortest; one that nobody heard is not measured
  const heard = await keysSince(page, from)
  const typing = [...keys, ...Array.from({ length: Math.max(0, heard - keys.length) }, () => SHORTEST)]
  for (const chip of await page.locator('.visit-diagnoses button.chip').all()) await chip.click()
  await page.getByRole('combobox', { name: 'Xử trí' }).selectOption({ index: 1 })
  await page.getByRole('combobox', { name: 'Thêm chẩn đoán' }).pressSequentially('viem', { delay: 60 })
  await page.waitForTimeout(500)
  return [
    atLeast('visit-sheet-fields-while-measured', fields, 60), atLeast('typing-keys-measured', heard, TYPED.length), atMost('typing-p95', quantile(typing, 0.95), 50, 'ms'),
    atLeast('interactions-noted-by-the-browser', new Set((await eventsOf(page)).map(({ interaction }) => interaction).filter((interaction) => interaction > 0)).size, 1),
    atMost('interaction-to-next-paint', nextPaint(await eventsOf(page), SHORTEST), 200, 'ms'),
  ]
}
