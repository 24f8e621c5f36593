/** From Enter in the queue to the cursor in the sheet, again and again. */
import type { Page } from 'playwright-core'

/** Milliseconds of each opening, in order. */
export async function measureOpenings(page: Page, name: string, runs: number): Promise<number[]> {
  const times: number[] = []
  for (let run = 0; run < runs; run += 1) {
    await page.goto('/kham')
    const row = page.getByRole('row', { name: new RegExp(name) }).first()
    await row.waitFor()
    await row.focus()
    const from = performance.now()
    await page.keyboard.press('Enter')
    await page.waitForFunction(() => document.activeElement?.tagName === 'TEXTAREA')
    times.push(performance.now() - from)
  }
  return times
}

/** The value that this share of the values does not exceed. */
export const quantile = (values: readonly number[], share: number): number => {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(sorted.length * share) - 1))] ?? 0
}

/** The id of the patient with this name, as the desk finds it. */
export const patientOf = (page: Page, name: string): Promise<string> => page.evaluate(async (wanted) => {
  const rows = await (await fetch(`/api/patients?q=${encodeURIComponent(wanted)}`)).json() as { id: string; name: string }[]
  return rows.find((row) => row.name === wanted)?.id ?? ''
}, name)
