/** What a doctor does every day, by keyboard alone: favourites by their digit, order sets by their name, phrases by their short name. */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { registerNew } from '../pages/reception.ts'
import { addDiagnosis, openFromQueue, reviewAndSign } from '../pages/visit.ts'
import { signIn, visit, type Visitor } from '../support/browser.ts'
import { inventPerson } from '../support/people.ts'
import { sharedBrowser, type SharedBrowser } from '../support/shared-browser.ts'

const demo = inject('demo')
const person = inventPerson()
let browser: SharedBrowser
let doctor: Visitor

beforeAll(async () => {
  browser = await sharedBrowser()
  const desk = await visit(browser, demo.hospital)
  await signIn(desk.page, demo, 'tiepdon')
  await registerNew(desk.page, person)
  await desk.close()
  doctor = await visit(browser, demo.hospital)
  await signIn(doctor.page, demo, 'bacsi')
  await openFromQueue(doctor.page, person.name)
})
afterAll(() => browser.close())

/** The order line, reached from anywhere but a text field. */
async function toOrderLine(): Promise<void> {
  const { page } = doctor
  await page.getByRole('button', { name: 'Mức độ chắc chắn' }).first().focus()
  await page.keyboard.press('/')
  await page.getByRole('listbox').getByRole('option').first().waitFor()
}
const drugRow = (name: string) => doctor.page.getByRole('row', { name }).getByRole('textbox').evaluateAll((fields) => fields.map((field) => (field as HTMLInputElement).value))

describe('favourites', () => {
  it('are offered for an empty diagnosis field, and one is taken by its digit', async () => {
    const { page } = doctor
    await page.getByRole('combobox', { name: 'Thêm chẩn đoán' }).focus()
    await page.keyboard.press('ArrowDown')
    const options = page.getByRole('listbox').getByRole('option')
    await options.first().waitFor()
    const shown = await options.allInnerTexts()
    const digit = shown.findIndex((text) => text.includes('J03')) + 1
    expect(digit).toBeGreaterThan(0)
    await page.keyboard.type(String(digit))
    await page.keyboard.press('Enter')
    await page.locator('.visit-diagnoses li.row', { hasText: 'J03' }).waitFor()
  })

  it('are offered by "/" with the dose that was used last, those with this diagnosis first, and nothing is taken unasked', async () => {
    const { page } = doctor
    await toOrderLine()
    const first = page.getByRole('listbox').getByRole('option').first()
    expect(await first.innerText()).toContain('hay dùng với J03')
    await page.keyboard.press('Enter')
    expect(await page.locator('.visit-orders tbody tr').count()).toBe(0)
    expect(await page.getByRole('listbox').getByRole('option', { name: 'Amoxicillin + acid clavulanic 500 mg/125 mg' }).innerText()).toContain('1 viên × 2 lần × 7 ngày, ngay đầu bữa ăn')
  })

  it('give a whole line for one digit and Enter, and the cursor stays for the next', async () => {
    const { page } = doctor
    const shown = await page.getByRole('listbox').getByRole('option').allInnerTexts()
    for (const name of ['Amoxicillin + acid clavulanic', 'Tổng phân tích tế bào máu']) {
      await page.keyboard.type(String(shown.findIndex((text) => text.includes(name)) + 1))
      await page.keyboard.press('Enter')
      await page.locator('.visit-orders').locator('tbody th, .tests li').filter({ hasText: name }).waitFor()
    }
    expect(await drugRow('Amoxicillin + acid')).toEqual(['1', '2', '7', '14', 'ngay đầu bữa ăn'])
    await page.keyboard.press('ArrowDown')
    await page.getByRole('option', { name: 'Amoxicillin + acid clavulanic' }).getByText('đã có trên phiếu').waitFor()
    await page.keyboard.press('Escape')
  })
})

describe('an order set', () => {
  const line = () => doctor.page.getByRole('combobox', { name: 'Dòng chỉ định' })
  const rows = () => doctor.page.locator('.visit-orders').locator('tbody th, .tests li')

  it('is found by "bo" and words, and Enter puts in every line that is not there yet', async () => {
    const { page } = doctor
    await toOrderLine()
    await page.keyboard.type('bo mau co ban')
    await page.getByRole('option', { name: 'Xét nghiệm máu cơ bản' }).waitFor()
    await page.keyboard.press('Enter')
    await page.getByText('Đã thêm 5 dòng của bộ “Xét nghiệm máu cơ bản”.').waitFor()
    expect(await rows().filter({ hasText: 'Tổng phân tích tế bào máu' }).count()).toBe(1)
    expect(await line().evaluate((field) => field === document.activeElement)).toBe(true)
    await page.keyboard.type('bo mau co ban')
    await page.keyboard.press('Enter')
    await page.getByText('Phiếu này đã có đủ các mục của bộ “Xét nghiệm máu cơ bản”.').waitFor()
  })

  it('is made of what stands on the sheet, and found at once', async () => {
    const { page } = doctor
    const before = await rows().count()
    await page.getByRole('button', { name: 'Lưu thành bộ chỉ định' }).focus()
    await page.keyboard.press('Enter')
    const name = `Bộ thử ${person.name}`
    await page.getByLabel('Tên bộ chỉ định').waitFor()
    await page.keyboard.type(name)
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    await line().focus()
    await page.keyboard.type(`bo ${name}`)
    await page.getByRole('option', { name }).waitFor()
    await page.keyboard.press('Enter')
    await page.getByText(`Phiếu này đã có đủ các mục của bộ “${name}”.`).waitFor()
    expect(await rows().count()).toBe(before)
  })
})

describe('a phrase', () => {
  const text = (name: string) => doctor.page.getByRole('textbox', { name, exact: true })
  const selected = () => doctor.page.evaluate(() => { const area = document.activeElement as HTMLTextAreaElement; return area.value.slice(area.selectionStart, area.selectionEnd) })

  it('takes the place of its short name, and Tab goes through what is to be filled in and then out', async () => {
    const { page } = doctor
    await text('Bệnh sử').focus()
    await page.keyboard.type('Khám lại. .soth')
    await page.getByRole('option', { name: '.sothong' }).waitFor()
    await page.keyboard.type('ong ')
    expect(await text('Bệnh sử').inputValue()).toContain('Khám lại. Bệnh diễn biến {số} ngày nay')
    expect(await selected()).toBe('{số}')
    await page.keyboard.type('3')
    for (const [place, typed] of [['{nhiệt độ}', '38.5'], ['{khan/có đờm}', 'khan'], ['{Chưa dùng thuốc gì.}', 'Chưa dùng thuốc.']] as const) {
      await page.keyboard.press('Tab')
      expect(await selected()).toBe(place)
      await page.keyboard.type(typed)
    }
    expect(await text('Bệnh sử').inputValue()).toBe('Khám lại. Bệnh diễn biến 3 ngày nay: sốt 38.5 °C, đau họng, nuốt vướng, ho khan. Không khó thở, không nôn. Chưa dùng thuốc.')
    await page.keyboard.press('Tab')
    expect(await text('Tiền sử').evaluate((area) => area === document.activeElement)).toBe(true)
  })

  it('is offered in its own section alone, chosen by arrows, and the list goes by Escape', async () => {
    const { page } = doctor
    await text('Khám').focus()
    await page.keyboard.type('.ho')
    await page.getByRole('option', { name: '.hong' }).waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('option').first().waitFor({ state: 'hidden' })
    await page.keyboard.type('n')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    expect(await text('Khám').inputValue()).toMatch(/^Họng đỏ, amidan sưng độ/)
    await text('Hướng điều trị, lời dặn').focus()
    await page.keyboard.type('.hong ')
    expect(await text('Hướng điều trị, lời dặn').inputValue()).toBe('.hong ')
    await text('Hướng điều trị, lời dặn').fill('')
  })

  it('is not taken while an input method composes', async () => {
    const { page } = doctor
    const area = text('Tóm tắt kết quả cận lâm sàng')
    await area.focus()
    const composed = (composing: boolean) => area.evaluate((field, is) => {
      (field as HTMLTextAreaElement).value = '.khongran '
      field.dispatchEvent(new InputEvent('input', { bubbles: true, isComposing: is }))
    }, composing)
    await composed(true)
    expect(await area.inputValue()).toBe('.khongran ')
    await composed(false)
    expect(await area.inputValue()).toBe('Phổi thông khí đều hai bên, không ran.')
    await page.keyboard.press('Escape')
  })

  it('is made of what is selected, and what is not filled in is said before signing', async () => {
    const { page } = doctor
    const area = text('Tóm tắt kết quả cận lâm sàng')
    await area.press('Control+a')
    await page.keyboard.press('Alt+m')
    await page.getByLabel('Từ tắt').waitFor()
    const name = `t${Date.now() % 1_000_000}`
    await page.keyboard.type(name)
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    await text('Ghi chú').focus()
    await page.keyboard.type(`.${name} `)
    await page.waitForFunction(() => (document.activeElement as HTMLTextAreaElement).value === 'Phổi thông khí đều hai bên, không ran.')
    await page.keyboard.press('Control+Enter')
    await page.getByText('Còn chỗ chưa điền trong ghi chép: {I–IV}').waitFor()
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
  })
})

describe('the sheet', () => {
  it('is signed with what came so', async () => {
    await addDiagnosis(doctor.page, 'I10')
    await reviewAndSign(doctor.page, demo.pin)
    expect(await drugRow('Amoxicillin + acid')).toEqual(['1', '2', '7', '14', 'ngay đầu bữa ăn'])
  })
})
