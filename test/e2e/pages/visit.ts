/** The visit sheet as a doctor uses it, by keyboard. */
import type { Page } from 'playwright-core'

export interface TypedVisit {
  readonly examination?: string
  readonly diagnosis?: string
  readonly orders?: readonly string[]
  readonly plan?: string
}

/** From the queue to the sheet of the patient with this name, ready to type. */
export async function openFromQueue(page: Page, name: string): Promise<string> {
  await page.getByLabel('Tìm theo tên hoặc số').fill(name)
  await page.getByRole('row', { name: new RegExp(name) }).first().waitFor()
  await page.keyboard.press('Enter')
  await page.getByLabel('Lý do đến khám').waitFor()
  return new URL(page.url()).pathname.split('/').at(-1) ?? ''
}

export async function addDiagnosis(page: Page, words: string): Promise<void> {
  const field = page.getByRole('combobox', { name: 'Thêm chẩn đoán' })
  const before = await page.locator('.visit-diagnoses li').count()
  await field.fill(words)
  await page.keyboard.press('Enter')
  await page.locator('.visit-diagnoses li.row').nth(before).waitFor()
}

export async function addOrder(page: Page, line: string): Promise<void> {
  const rows = page.locator('.visit-orders tbody tr, .visit-orders .tests li')
  const before = await rows.count()
  await page.getByRole('combobox', { name: 'Dòng chỉ định' }).fill(line)
  await page.keyboard.press('Enter')
  await rows.nth(before).waitFor()
}

export async function typeVisit(page: Page, typed: TypedVisit): Promise<void> {
  if (typed.examination !== undefined) await page.getByLabel('Khám', { exact: true }).fill(typed.examination)
  if (typed.diagnosis !== undefined) await addDiagnosis(page, typed.diagnosis)
  for (const line of typed.orders ?? []) await addOrder(page, line)
  if (typed.plan !== undefined) await page.getByLabel('Hướng điều trị, lời dặn').fill(typed.plan)
}

/** Ctrl+Enter, the PIN, Enter; done when the sheet says that it is signed. */
export async function reviewAndSign(page: Page, pin: string): Promise<void> {
  await page.keyboard.press('Control+Enter')
  const field = page.getByLabel('Mã PIN ký số')
  await field.waitFor()
  await field.fill(pin)
  await page.keyboard.press('Enter')
  await page.getByText('Phiếu khám đã ký').waitFor()
}

/** Asks to correct (replaces) or to add to (appends) the signed visit that is shown, with the reason that will be printed. */
export async function startCorrection(page: Page, kind: 'Đính chính' | 'Bổ sung', reason: string): Promise<void> {
  await page.getByRole('button', { name: kind, exact: true }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox', { name: 'Lý do', exact: true }).fill(reason)
  await dialog.getByRole('button', { name: kind, exact: true }).click()
  await page.getByText(`Đang ${kind.toLowerCase()}: ${reason}`).waitFor()
}
