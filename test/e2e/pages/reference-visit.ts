/** The reference visit: vital signs are there, then a note, one diagnosis, one laboratory order, one drug, signature. From the queue to the signed sheet, by keyboard alone or with the mouse. */
import type { Page } from 'playwright-core'

/** One laboratory order and one drug, into the order line that has the focus. */
async function typeOrders(page: Page): Promise<void> {
  await page.keyboard.type('xn ctm')
  await page.keyboard.press('Enter')
  await page.locator('.visit-orders .tests li').waitFor()
  await page.keyboard.type('para 500 3x1 3n')
  await page.keyboard.press('Enter')
  await page.locator('.visit-orders tbody tr').waitFor()
}

export async function visitByKeyboard(page: Page, name: string, pin: string): Promise<void> {
  await page.getByRole('row', { name: new RegExp(name) }).waitFor()
  await page.keyboard.press('/')
  await page.keyboard.type(name)
  await page.keyboard.press('Enter')
  await page.waitForFunction(() => document.activeElement?.tagName === 'TEXTAREA')
  await page.keyboard.press('Tab')
  await page.keyboard.type('Sốt nhẹ, đau họng 2 ngày')
  for (let i = 0; i < 4; i += 1) await page.keyboard.press('Alt+ArrowDown')
  await page.keyboard.type('viem hong')
  await page.keyboard.press('Enter')
  await page.locator('.visit-diagnoses li.row').waitFor()
  await page.keyboard.press('Alt+ArrowDown')
  await typeOrders(page)
  await page.keyboard.press('Control+Enter')
  await page.getByLabel('Mã PIN ký số').waitFor()
  await page.waitForFunction(() => document.activeElement instanceof HTMLInputElement && document.activeElement.type === 'password')
  await page.keyboard.type(pin)
  await page.keyboard.press('Enter')
  await page.getByText('Phiếu khám đã ký').waitFor()
}

export async function visitByMouse(page: Page, name: string, pin: string): Promise<void> {
  await page.getByRole('row', { name: new RegExp(name) }).waitFor()
  await page.getByRole('row', { name: new RegExp(name) }).dblclick()
  await page.getByLabel('Bệnh sử', { exact: true }).click()
  await page.keyboard.type('Ho khan 3 ngày')
  await page.getByRole('combobox', { name: 'Thêm chẩn đoán' }).click()
  await page.keyboard.type('viem hong')
  await page.locator('.ui-options [role=option]').first().click()
  await page.getByRole('combobox', { name: 'Dòng chỉ định' }).click()
  await typeOrders(page)
  await page.getByRole('button', { name: 'Xem lại và ký' }).click()
  await page.getByLabel('Mã PIN ký số').fill(pin)
  await page.getByRole('button', { name: 'Ký', exact: true }).click()
  await page.getByText('Phiếu khám đã ký').waitFor()
}

/** Paths that were shown behind the queue, writes that were sent and PINs that were given while `work` ran. */
export async function watchVisit(page: Page, work: () => Promise<void>): Promise<{ routes: number; commits: number; pins: number }> {
  const routes = new Set<string>()
  let [commits, pins] = [0, 0]
  page.on('framenavigated', (frame) => { if (frame === page.mainFrame()) routes.add(new URL(frame.url()).pathname) })
  page.on('request', (request) => {
    if (request.method() !== 'POST') return
    if (/\/visits\/[^/]+\/(save|sign)$/.test(request.url())) commits += 1
    if (request.url().endsWith('/sign')) pins += 1
  })
  await work()
  return { routes: [...routes].filter((route) => route !== '/kham').length, commits, pins }
}

/** The nurse's part before the doctor sees the patient. */
export async function takeVitals(page: Page, open: () => Promise<unknown>): Promise<void> {
  await page.goto('/kham')
  await open()
  for (const [label, value] of [['Mạch', '82'], ['Nhiệt độ', '37,0'], ['HA tâm thu', '120'], ['HA tâm trương', '80']] as const) await page.getByLabel(label, { exact: true }).fill(value)
  await page.keyboard.press('Control+s')
  await page.getByText('Đã lưu, chưa ký.').waitFor()
}
