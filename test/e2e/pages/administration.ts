/** The administrator's pages as a person uses them. */
import type { Page } from 'playwright-core'

interface WantedDoctor {
  readonly login: string
  readonly name: string
  readonly title: string
  readonly rank: string
  readonly licence: string
  readonly password: string
  /** As the list of places says it: "KB · Khoa Khám bệnh". */
  readonly place: string
}

export const toast = (page: Page, text: string): Promise<void> => page.getByRole('status').getByText(text).first().waitFor()

/** Opens the form, fills it and gives the role of a doctor in one department. Whoever does so does not admit to signing. */
export async function addDoctor(page: Page, doctor: WantedDoctor): Promise<void> {
  await page.goto('/quan-tri/nhan-su')
  await page.getByRole('button', { name: 'Thêm nhân viên' }).click()
  const form = page.getByRole('dialog')
  await form.getByLabel('Họ và tên').fill(doctor.name)
  await form.getByLabel('Chức danh').fill(doctor.title)
  await form.getByLabel('Cấp bậc').fill(doctor.rank)
  await form.getByLabel('Số giấy phép hành nghề').fill(doctor.licence)
  await form.getByLabel('Tên đăng nhập').fill(doctor.login)
  await form.getByLabel('Mật khẩu').fill(doctor.password)
  await form.getByRole('button', { name: 'Thêm vai trò' }).click()
  await form.getByLabel('Vai trò 1', { exact: true }).selectOption({ label: 'Bác sĩ' })
  await form.getByLabel('Khoa, phòng của vai trò 1').selectOption({ label: doctor.place })
  await form.getByRole('button', { name: 'Lưu' }).click()
  await form.waitFor({ state: 'hidden' })
  await page.getByRole('row', { name: new RegExp(doctor.name) }).waitFor()
}

/** As head of the department, in the signing inbox: whom an administrator has added may sign from now on. */
export async function admitToSigning(page: Page, name: string): Promise<void> {
  await page.goto('/hop-ky')
  await page.getByRole('tab', { name: 'Cấp quyền ký' }).click()
  await page.getByRole('row', { name: new RegExp(name) }).getByRole('button', { name: 'Cấp quyền ký' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Cấp quyền ký', exact: true }).click()
  await toast(page, 'Đã cấp quyền ký cho')
}

/** The rows of today's audit view for one kind of action, as the page shows them. */
export async function auditRows(page: Page, interaction: string): Promise<string[]> {
  await page.goto('/quan-tri/nhat-ky')
  await page.getByRole('row').nth(1).waitFor()
  const answered = page.waitForResponse((r) => r.url().includes('/api/admin/audit') && r.url().includes('interaction='))
  await page.getByLabel('Việc', { exact: true }).selectOption({ label: interaction })
  await answered
  await page.getByRole('row').nth(1).waitFor()
  await page.waitForFunction((word) => [...document.querySelectorAll('tbody tr')].every((row) => row.textContent.includes(word)), interaction)
  return page.locator('tbody tr').allTextContents()
}
