/** Pages at 200 % and in a window of 320 pixels (WCAG 2.2, 1.4.10), and lists that are crowded with long names, empty, or could not be read. */
import type { Page } from 'playwright-core'
import type { QueueRow } from '#api/model/site.ts'
import { chartPath } from '#web/record/chart-path.ts'
import type { State } from './state.ts'

/** 1366 x 768 at 200 %; 1280 x 1024 at 400 %. */
const DOUBLE = { width: 683, height: 384 }, FOURFOLD = { width: 320, height: 256 }

/** Throws where the page itself scrolls sideways, with the innermost of what is too wide. */
const neverSideways = async (page: Page): Promise<void> => {
  const { wide, window, over } = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement
    const beyond = [...document.body.querySelectorAll('*')].filter((one) => one.getBoundingClientRect().right > clientWidth + 1)
    return { wide: scrollWidth, window: clientWidth, over: beyond.filter((one) => !beyond.some((other) => other !== one && one.contains(other))).slice(0, 8).map((one) => `${one.tagName.toLowerCase()}.${one.className} "${one.textContent.slice(0, 40)}"`) }
  })
  if (wide > window) throw new Error(`the page is ${wide} wide in a window of ${window}: ${over.join('; ')}`)
}
const rows = (page: Page): Promise<unknown> => page.getByRole('row').nth(1).waitFor()
const sheet = (page: Page): Promise<unknown> => page.getByLabel('Lý do đến khám').waitFor()
const overview = (page: Page): Promise<unknown> => page.getByRole('heading', { name: 'Sinh hiệu gần nhất' }).waitFor()
/** What is read first stands at the top, with nothing over it. */
const fromAbove = async (page: Page): Promise<void> => {
  await page.evaluate(() => { scrollTo(0, 0) })
  await neverSideways(page)
}

const QUEUE = '**/api/queue?**'
/** The list is asked again, and this is what the server answers meanwhile. */
async function withQueue(page: Page, answer: (rows: QueueRow[]) => { readonly status?: number; readonly rows: readonly QueueRow[] }, shown: () => Promise<unknown>): Promise<void> {
  await page.route(QUEUE, async (route) => {
    const { status = 200, rows: given } = answer(await (await route.fetch()).json() as QueueRow[])
    await route.fulfill({ status, json: given })
  })
  try {
    await page.reload()
    await shown()
  } finally {
    await page.unroute(QUEUE)
  }
}
const LONG = ['Nguyễn Hoàng Phương Thảo Nguyên Mẫu', 'Công Tằng Tôn Nữ Thị Huyền Trang Thử Nghiệm', 'Đặng Trương Quỳnh Như Nguyệt Giả Định', 'Huỳnh Lê Thục Khuê Đoan Tượng Trưng']
const REASON = 'Đau tức ngực trái lan lên vai khi gắng sức, hồi hộp, khó thở về đêm, phù nhẹ hai chân ba tuần nay'
const crowded = (found: readonly QueueRow[]): readonly QueueRow[] => Array.from({ length: 60 }, (_, at): QueueRow => ({
  ...(found[at % found.length] as QueueRow), encounter: `dong-${at}`, number: at + 1, status: at % 5 === 0 ? 'in-progress' : 'waiting', name: LONG[at % LONG.length] ?? '', rank: 'Thượng tá chuyên nghiệp', category: 'Quân nhân chuyên nghiệp nghỉ hưu', reason: REASON,
}))

const doctor = { site: 'hospital', login: 'bacsi' } as const
export const ZOOM_STATES: readonly State[] = [
  { ...doctor, name: '70-hang-doi-200', viewport: DOUBLE, path: () => '/kham', ready: rows, act: fromAbove },
  { ...doctor, name: '70-phieu-kham-200', viewport: DOUBLE, path: (w) => w.returnVisit, ready: sheet, act: fromAbove },
  { ...doctor, name: '70-ho-so-200', viewport: DOUBLE, path: () => chartPath('mau-01', 'tong-quan'), ready: overview, act: fromAbove },
  { ...doctor, name: '71-hang-doi-320', viewport: FOURFOLD, path: () => '/kham', ready: rows, act: fromAbove },
  { ...doctor, name: '71-menu-320', viewport: FOURFOLD, path: () => '/kham', ready: rows, async act(page) {
    const entries = page.getByRole('navigation').getByRole('link')
    const shut = await entries.count()
    await page.getByRole('button', { name: 'Chức năng chính' }).click()
    if (await entries.count() <= shut) throw new Error('the menu of a narrow window shows no more when it is opened')
    await fromAbove(page)
  } },
  { ...doctor, name: '71-phieu-kham-320', viewport: FOURFOLD, path: (w) => w.returnVisit, ready: sheet, act: fromAbove },
  { ...doctor, name: '71-ho-so-320', viewport: FOURFOLD, path: () => chartPath('mau-01', 'tong-quan'), ready: overview, act: fromAbove },
  { ...doctor, name: '71-ket-qua-320', viewport: FOURFOLD, path: () => '/ket-qua', ready: rows, act: fromAbove },
  { ...doctor, name: '72-hang-doi-dong', path: () => '/kham', ready: rows, act: (page) => withQueue(page, (found) => ({ rows: crowded(found) }), () => page.getByRole('row', { name: /Công Tằng/ }).nth(9).waitFor()) },
  { ...doctor, name: '72-hang-doi-trong', path: () => '/kham', ready: rows, act: (page) => withQueue(page, () => ({ rows: [] }), () => page.getByText('Hôm nay chưa có người bệnh nào.').waitFor()) },
  { ...doctor, name: '72-hang-doi-loi', path: () => '/kham', complains: /status of 500/, ready: rows, act: (page) => withQueue(page, () => ({ status: 500, rows: [] }), async () => {
    await page.getByRole('button', { name: 'Thử lại' }).first().waitFor()
    // what was not read is not nobody
    await page.getByRole('button', { name: 'Chưa đọc được hàng đợi' }).waitFor()
  }) },
]
