/** The reception desk as a person uses it. */
import type { Page } from 'playwright-core'
import type { Invented } from '../support/people.ts'

/** Scans a new card and registers; answers the number that was handed out. */
export async function registerNew(page: Page, person: Invented, reason = 'Đau họng, sốt'): Promise<number> {
  await page.getByLabel('Quét CCCD hoặc tìm').focus()
  await page.keyboard.insertText(person.qr)
  await page.keyboard.press('Enter')
  await page.getByText('Chưa có hồ sơ').waitFor()
  await page.getByLabel('Lý do đến khám').fill(reason)
  await page.keyboard.press('Control+Enter')
  return givenNumber(page)
}

/** A return patient: one scan, one Enter. */
export async function registerKnown(page: Page, person: Invented): Promise<number> {
  await page.getByLabel('Quét CCCD hoặc tìm').focus()
  await page.keyboard.insertText(person.qr)
  await page.keyboard.press('Enter')
  await page.getByText('Đã có hồ sơ').waitFor()
  await page.keyboard.press('Enter')
  return givenNumber(page)
}

export async function givenNumber(page: Page): Promise<number> {
  const shown = page.locator('.reception-number strong').first()
  await shown.waitFor()
  return Number(await shown.textContent())
}
