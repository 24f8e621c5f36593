/** Every route and the states of it worth looking at: the pictures and the accessibility check walk the same table. */
import type { Page } from 'playwright-core'
import { chartPath, type ChartView } from '#web/record/chart-path.ts'
import { inventPerson } from './people.ts'
import { ADMISSION_STATES } from './admission-states.ts'
import { PICTURE_STATES } from './picture-states.ts'
import { PROCEDURE_STATES } from './procedure-states.ts'
import type { State } from './state.ts'
import { ZOOM_STATES } from './zoom-states.ts'
import { STRANGER, type World } from './world.ts'
import { registerNew } from '../pages/reception.ts'
import { addDiagnosis, addOrder, typeVisit } from '../pages/visit.ts'

export type { State }

const heading = (name: string | RegExp) => (page: Page): Promise<unknown> => page.getByRole('heading', { name }).first().waitFor()
const label = (name: string) => (page: Page): Promise<unknown> => page.getByLabel(name).first().waitFor()
const fixed = (path: string) => (): string => path

/** A view of the record of the patient who has come again, or of the demo's patient who has come for months. */
const chart = (view: ChartView) => ({ returnVisit }: World): string => chartPath(returnVisit.split('/')[2] ?? '', view)
const longChart = (view: ChartView) => fixed(chartPath('mau-01', view))

/** The nurse types measurements into the visit that is shown, and saves. */
async function saveElsewhere(page: Page, { nurse }: World, measured: Readonly<Record<string, string>>): Promise<void> {
  if (!nurse) throw new Error('no nurse')
  await nurse.goto(page.url())
  for (const [name, value] of Object.entries(measured)) await nurse.getByLabel(name, { exact: true }).fill(value)
  await nurse.keyboard.press('Control+s')
  await nurse.getByText('Đã lưu, chưa ký.').waitFor()
}

/** Nothing of the server answers meanwhile. */
async function withoutServer(page: Page, work: () => Promise<unknown>): Promise<void> {
  const away = /\/(api\/|healthz)/
  await page.route(away, (route) => route.abort())
  try {
    await work()
  } finally {
    await page.unroute(away)
  }
}

export const STATES: readonly State[] = [
  { name: '01-dang-nhap', site: 'hospital', path: fixed('/'), ready: label('Tên đăng nhập') },
  { name: '02-dang-nhap-sai', site: 'hospital', path: fixed('/'), ready: label('Tên đăng nhập'), act: async (page) => {
    await page.getByLabel('Tên đăng nhập').fill('khong-co')
    await page.getByLabel('Mật khẩu').fill('sai-mat-khau')
    await page.keyboard.press('Enter')
    await page.getByText('không đúng').waitFor()
  } },
  { name: '03-dang-nhap-trung-tam', site: 'center', path: fixed('/'), ready: label('Tên đăng nhập') },
  { name: '04-tiep-don', site: 'hospital', login: 'tiepdon', path: fixed('/tiep-don'), ready: label('Quét CCCD hoặc tìm') },
  { name: '05-tiep-don-quet-the-moi', site: 'hospital', login: 'tiepdon', path: fixed('/tiep-don'), ready: label('Quét CCCD hoặc tìm'), act: async (page) => {
    await page.getByLabel('Quét CCCD hoặc tìm').focus()
    await page.keyboard.insertText(inventPerson().qr)
    await page.keyboard.press('Enter')
    await page.getByText('Chưa có hồ sơ').waitFor()
  } },
  { name: '06-tiep-don-trung-ho-so', site: 'hospital', login: 'tiepdon', path: fixed('/tiep-don'), ready: label('Quét CCCD hoặc tìm'), act: async (page, world) => {
    await page.getByLabel('Họ và tên').first().fill(world.waiting.name.normalize('NFD').replace(/\p{M}/gu, '').replace(/đ/g, 'd').replace(/Đ/g, 'D'))
    await page.getByText('Có thể trùng hồ sơ').waitFor()
  } },
  { name: '07-tiep-don-da-dang-ky', site: 'hospital', login: 'tiepdon', path: fixed('/tiep-don'), ready: label('Quét CCCD hoặc tìm'), act: (page) => registerNew(page, inventPerson(false)) },
  { name: '08-tiep-don-thieu-muc', site: 'hospital', login: 'tiepdon', path: fixed('/tiep-don'), ready: label('Quét CCCD hoặc tìm'), act: async (page) => {
    await page.keyboard.press('Control+Enter')
    await page.getByText('Nhập họ và tên.').waitFor()
  } },
  { name: '10-hang-doi', site: 'hospital', login: 'bacsi', path: fixed('/kham'), ready: (page) => page.getByRole('row').nth(1).waitFor() },
  { name: '11-phieu-kham-trong', site: 'hospital', login: 'bacsi', path: (w) => w.openVisit, ready: label('Lý do đến khám') },
  { name: '11b-sua-di-ung', site: 'hospital', login: 'bacsi', path: fixed('/kham'), ready: (page) => page.getByRole('row').nth(1).waitFor(), act: async (page) => {
    // a crowded queue has no row for whom it does not show
    await page.getByLabel('Tìm theo tên hoặc số').fill('Nguyễn Văn Mẫu Một')
    await page.getByRole('link', { name: 'Nguyễn Văn Mẫu Một' }).first().click()
    await page.getByRole('button', { name: 'Sửa dị ứng Penicillin' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('radio', { name: 'Bác bỏ' }).check()
    await dialog.getByLabel('Lý do').fill('Test da ngày 20/11 âm tính, đã dùng lại an toàn')
  } },
  { name: '12-phieu-kham-dang-nhap', site: 'hospital', login: 'bacsi', path: (w) => w.openVisit, ready: label('Lý do đến khám'), act: async (page) => {
    // at the second size the draft of the first is there: begin anew, or lines that are there already add nothing
    const discard = page.getByRole('button', { name: 'Bỏ bản nháp' })
    if (await discard.isVisible()) { await discard.click(); await discard.waitFor({ state: 'hidden' }) }
    await page.getByLabel('Bệnh sử', { exact: true }).fill('Sốt 38,5 °C hai ngày, đau họng, nuốt vướng, không khó thở.')
    await page.getByLabel('Mạch', { exact: true }).fill('112')
    await page.getByLabel('Nhiệt độ', { exact: true }).fill('38,5')
    await page.getByLabel('HA tâm thu', { exact: true }).fill('125')
    await page.getByLabel('HA tâm trương', { exact: true }).fill('80')
    await page.getByLabel('Thêm dị ứng').fill('Penicillin')
    await page.keyboard.press('Enter')
    await typeVisit(page, { examination: 'Họng đỏ, amidan sưng độ II, không giả mạc. Phổi rì rào phế nang rõ.' })
    await addDiagnosis(page, 'viem amidan')
    await addDiagnosis(page, 'tăng huyết áp')
    await addOrder(page, 'xn ctm')
    await addOrder(page, 'xq ngực')
    await addOrder(page, 'amox 500 3x1 7n')
    await addOrder(page, 'para 500 3x1 3n sau ăn')
    await page.getByRole('button', { name: 'Đã dùng và dung nạp' }).first().click()
    // the next states go on from this draft
    await page.getByText('Đã giữ bản nháp lúc').waitFor()
  } },
  { name: '12-canh-bao-thuoc', site: 'hospital', login: 'bacsi', path: (w) => w.returnVisit, ready: label('Lý do đến khám'), act: async (page) => {
    for (const line of ['ery 500 3x1 5n', 'dompe 3x1 5n', 'enala 1x1 30n', 'ibu 400 3x1 5n', 'smec 3x1 3n']) await addOrder(page, line)
    const alerts = page.getByRole('region', { name: 'Cảnh báo an toàn thuốc' })
    await alerts.getByText('Cần người thứ hai').waitFor()
    await alerts.getByRole('button', { name: 'Lợi ích cao hơn nguy cơ' }).first().click()
    await page.getByRole('group', { name: 'Người thứ hai xác nhận' }).scrollIntoViewIfNeeded()
  } },
  { name: '12-chua-kiem-tra-thuoc', site: 'hospital', login: 'bacsi', complains: /status of 500/, path: (w) => w.returnVisit, ready: label('Lý do đến khám'), act: async (page) => {
    await page.route('**/checks', (route) => route.fulfill({ status: 500, body: '{}' }))
    await addOrder(page, 'losar 1x1 30n')
    await page.getByText('CHƯA KIỂM TRA: máy chủ không trả lời').first().waitFor()
    await page.getByRole('button', { name: 'Kiểm tra lại' }).scrollIntoViewIfNeeded()
    await page.unroute('**/checks')
  } },
  { name: '12-sinh-hieu-theo-tuoi', site: 'hospital', login: 'bacsi', path: (w) => w.returnVisit, ready: label('Lý do đến khám'), act: async (page) => {
    await page.getByText('Trước 37,0').waitFor()
    await page.getByLabel('Mạch', { exact: true }).fill('112')
    await page.getByText('Cao (60–100)').waitFor()
  } },
  { name: '13-tim-chan-doan', site: 'hospital', login: 'bacsi', path: (w) => w.openVisit, ready: label('Lý do đến khám'), act: async (page) => {
    await page.getByRole('combobox', { name: 'Thêm chẩn đoán' }).fill('dai thao')
    await page.locator('.ui-options [role=option]').first().waitFor()
  } },
  { name: '13-quy-tac-ma-benh', site: 'hospital', login: 'bacsi', path: (w) => w.returnVisit, ready: label('Lý do đến khám'), act: async (page) => {
    // at the second size the draft of the first has them
    if (await page.locator('.visit-diagnoses li.row').count() === 0) for (const code of ['G63', 'R69', 'C61']) await addDiagnosis(page, code)
    await page.getByRole('combobox', { name: 'Thêm chẩn đoán' }).fill('I84')
    await page.keyboard.press('Enter')
    await page.getByText('không được dùng theo quy tắc mã hóa. Hãy chọn mã khác').waitFor()
    await page.getByRole('combobox', { name: 'Thêm chẩn đoán' }).fill('bệnh võng mạc')
    await page.locator('.ui-options [role=option]').first().waitFor()
  } },
  { name: '13-chi-dinh-hay-dung', site: 'hospital', login: 'bacsi', path: (w) => w.openVisit, ready: label('Lý do đến khám'), act: async (page) => {
    if (await page.locator('.visit-diagnoses li.row').count() === 0) await addDiagnosis(page, 'J03')
    await page.getByRole('combobox', { name: 'Dòng chỉ định' }).click()
    await page.locator('.ui-options [role=option]').first().waitFor()
  } },
  { name: '13-bo-chi-dinh', site: 'hospital', login: 'bacsi', path: (w) => w.openVisit, ready: label('Lý do đến khám'), act: async (page) => {
    await page.getByRole('combobox', { name: 'Dòng chỉ định' }).fill('bo')
    await page.locator('.ui-options [role=option]').first().waitFor()
  } },
  { name: '13-luu-bo-chi-dinh', site: 'hospital', login: 'bacsi', path: (w) => w.returnVisit, ready: label('Lý do đến khám'), act: async (page) => {
    await page.getByRole('combobox', { name: 'Dòng chỉ định' }).fill('bo tang huyet ap')
    await page.locator('.ui-options [role=option]').first().waitFor()
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Lưu thành bộ chỉ định' }).click()
    await page.getByLabel('Tên bộ chỉ định').fill('Tăng huyết áp, khám lần đầu')
  } },
  { name: '13-giay-to-mang-ve', site: 'hospital', login: 'bacsi', path: (w) => w.returnVisit, ready: label('Lý do đến khám'), act: async (page) => {
    await page.getByLabel('Ngày hẹn tái khám').fill('31/12/2099')
    await page.getByLabel('Nghỉ việc').fill('3')
    await page.getByText('Đến hết').waitFor()
    await page.getByRole('combobox', { name: 'Xử trí', exact: true }).selectOption('transfer')
    await page.getByLabel('Chuyển đến cơ sở').fill('Bệnh viện Quân y 975')
    await page.getByLabel('Lý do chuyển').selectOption('1b')
    await page.getByText('In Phiếu hẹn khám lại').scrollIntoViewIfNeeded()
  } },
  { name: '13-mau-cau', site: 'hospital', login: 'bacsi', path: (w) => w.openVisit, ready: label('Lý do đến khám'), act: async (page) => {
    await page.getByLabel('Khám', { exact: true }).fill('Bệnh nhân tỉnh. ')
    await page.getByLabel('Khám', { exact: true }).press('End')
    await page.keyboard.type('.')
    await page.getByRole('option', { name: '.hong' }).waitFor()
  } },
  { name: '13-mau-cau-cho-trong', site: 'hospital', login: 'bacsi', path: (w) => w.openVisit, ready: label('Lý do đến khám'), act: async (page) => {
    await page.getByLabel('Khám', { exact: true }).fill('.hong')
    await page.keyboard.press('Tab')
    await page.getByLabel('Khám', { exact: true }).press('Control+a')
    await page.getByRole('button', { name: 'Lưu thành mẫu câu' }).waitFor()
  } },
  { name: '13-lan-kham-truoc', site: 'hospital', login: 'bacsi', path: (w) => w.returnVisit, ready: label('Lý do đến khám'), act: async (page) => {
    await page.getByTitle('Xem lại lần khám này').first().click()
    await page.getByRole('button', { name: 'Dùng lại đơn thuốc' }).click()
    await page.getByText('Đã thêm 1 thuốc của đơn trước').or(page.getByText('Phiếu này đã có đủ các mục đó')).waitFor()
  } },
  { name: '13-hai-nguoi-cung-sua', site: 'hospital', login: 'bacsi', path: (w) => w.returnVisit, ready: label('Lý do đến khám'), act: async (page, w) => {
    // told already at the second size: it is asked until somebody chooses
    const told = page.getByText('Người khác vừa lưu những mục bạn cũng đã sửa')
    if (await told.isVisible()) return
    await page.getByLabel('Mạch', { exact: true }).fill('92')
    await page.getByLabel('Nhiệt độ', { exact: true }).fill('37,5')
    await saveElsewhere(page, w, { 'Mạch': '118', 'Nhiệt độ': '38,9' })
    await page.keyboard.press('Control+s')
    await told.waitFor()
    await page.getByText('Đã giữ bản nháp lúc').waitFor()
  } },
  { name: '49-bo-chi-dinh-mau-cau', site: 'hospital', login: 'bacsi', path: fixed('/bo-chi-dinh-mau-cau'), ready: (page) => page.getByRole('row').nth(3).waitFor() },
  { name: '49-mot-mau-cau', site: 'hospital', login: 'bacsi', path: fixed('/bo-chi-dinh-mau-cau'), ready: (page) => page.getByRole('row').nth(3).waitFor(), act: async (page) => {
    await page.getByRole('button', { name: 'Xem: hong' }).click()
    await page.getByRole('dialog').getByLabel('Mẫu câu').waitFor()
  } },
  { name: '49-mot-bo-chi-dinh', site: 'hospital', login: 'quantri', path: fixed('/quan-tri/bo-chi-dinh'), ready: (page) => page.getByRole('row').nth(3).waitFor(), act: async (page) => {
    await page.getByRole('button', { name: 'Xem: Sốt chưa rõ nguyên nhân' }).click()
    await page.getByRole('button', { name: 'Sao chép' }).waitFor()
  } },
  { name: '14-xem-lai-va-ky', site: 'hospital', login: 'bacsi', path: (w) => w.openVisit, ready: label('Lý do đến khám'), act: async (page) => {
    await page.keyboard.press('Control+Enter')
    await page.getByLabel('Mã PIN ký số').waitFor({ timeout: 20_000 })
    await page.getByRole('link', { name: 'Mở PDF ở thẻ mới' }).waitFor()
    // this browser has no PDF viewer: the words of the document stand in the frame's place
    await page.getByRole('region', { name: 'Bản tóm tắt hồ sơ bệnh án' }).getByText('Viêm amidan cấp (J03)').first().waitFor()
  } },
  { name: '15-sai-pin', site: 'hospital', login: 'bacsi', path: (w) => w.openVisit, ready: label('Lý do đến khám'), act: async (page, w) => {
    await page.keyboard.press('Control+Enter')
    await page.getByLabel('Mã PIN ký số').fill(`${w.pin}0`)
    await page.keyboard.press('Enter')
    await page.getByText('lần thử').waitFor()
  } },
  { name: '16-phieu-kham-da-ky', site: 'hospital', login: 'bacsi', path: (w) => w.signedVisit, ready: (page) => page.getByText('Phiếu khám đã ký').waitFor() },
  { name: '17-dinh-chinh', site: 'hospital', login: 'bacsi', path: (w) => w.signedVisit, ready: (page) => page.getByText('Phiếu khám đã ký').waitFor(), act: async (page) => {
    await page.getByRole('button', { name: 'Đính chính' }).click()
    await page.getByRole('textbox', { name: 'Lý do', exact: true }).fill('Ghi nhầm bên đau')
  } },
  { name: '19-hop-ky', site: 'hospital', login: 'bacsi', path: fixed('/hop-ky'), ready: (page) => page.getByText('Ký được').first().waitFor() },
  { name: '19-hop-ky-xem-lai', site: 'hospital', login: 'bacsi', path: fixed('/hop-ky'), ready: (page) => page.getByText('Ký được').first().waitFor(), act: async (page) => {
    await page.keyboard.press('a')
    await page.keyboard.press('Control+Enter')
    await page.getByLabel('Mã PIN ký số').waitFor()
  } },
  { name: '19-hop-ky-ky-duyet', site: 'hospital', login: 'truongkhoa', path: fixed('/hop-ky'), ready: heading('Hộp ký'), act: async (page) => {
    await page.getByRole('tab', { name: 'Chờ ký duyệt' }).click()
    await page.getByRole('button', { name: 'Từ chối' }).first().waitFor()
  } },
  { name: '19-hop-ky-tu-choi', site: 'hospital', login: 'truongkhoa', path: fixed('/hop-ky'), ready: heading('Hộp ký'), act: async (page) => {
    await page.getByRole('tab', { name: 'Chờ ký duyệt' }).click()
    await page.getByRole('button', { name: 'Từ chối' }).first().click()
    await page.getByLabel('Lý do từ chối').fill('Thiếu kết quả công thức máu')
  } },
  { name: '19-hop-ky-uy-quyen', site: 'hospital', login: 'truongkhoa', path: fixed('/hop-ky'), ready: heading('Hộp ký'), act: async (page) => {
    await page.getByRole('tab', { name: 'Uỷ quyền' }).click()
    await page.getByLabel('Bác sĩ được uỷ quyền').waitFor()
  } },
  { name: '19-hop-ky-trong', site: 'hospital', login: STRANGER, path: fixed('/hop-ky'), ready: (page) => page.getByText('Không có lượt khám nào chờ ký').waitFor() },
  { name: '18-dieu-duong-sinh-hieu', site: 'hospital', login: 'dieuduong', path: (w) => w.openVisit, ready: label('Lý do đến khám') },
  { name: '61-ung-dung-la', site: 'hospital', login: 'bacsi', path: fixed('/ung-dung/cho-phep?client_id=ung-dung-la'), ready: (page) => page.getByText('Không thể tiếp tục', { exact: true }).waitFor() },
  { name: '19-tim-va-di-toi', site: 'hospital', login: 'bacsi', path: longChart('tong-quan'), ready: (page) => page.getByRole('heading', { name: 'Sinh hiệu gần nhất' }).waitFor(), act: async (page) => {
    await page.keyboard.press('Control+k')
    await page.getByRole('dialog', { name: 'Tìm và đi tới' }).waitFor()
    await page.keyboard.type('nguyen van mau mot')
    await page.getByRole('option', { name: 'Mẫu Một' }).first().waitFor()
  } },
  { name: '19-phim-tat', site: 'hospital', login: 'bacsi', path: (w) => w.openVisit, ready: label('Lý do đến khám'), act: async (page) => {
    await page.keyboard.press('F1')
    await page.getByRole('dialog', { name: 'Phím tắt' }).waitFor()
  } },
  { name: '19-mo-khan-cap', site: 'hospital', login: STRANGER, path: (w) => w.signedVisit, ready: (page) => page.getByRole('dialog', { name: 'Mở khẩn cấp hồ sơ' }).waitFor() },
  { name: '18-ho-so-tong-quan', site: 'hospital', login: 'bacsi', path: longChart('tong-quan'), ready: (page) => page.getByRole('heading', { name: 'Sinh hiệu gần nhất' }).waitFor() },
  { name: '18-ho-so-cac-lan-kham', site: 'hospital', login: 'bacsi', path: longChart('dong-thoi-gian'), ready: (page) => page.locator('.chart-timeline li').first().waitFor() },
  { name: '18-ho-so-dong-thoi-gian', site: 'hospital', login: 'bacsi', path: chart('dong-thoi-gian'), ready: (page) => page.locator('.chart-timeline li.laboratory').first().waitFor() },
  { name: '18-ho-so-ket-qua', site: 'hospital', login: 'bacsi', path: longChart('ket-qua'), ready: (page) => page.locator('.trend-curve').waitFor() },
  { name: '18-ho-so-thuoc', site: 'hospital', login: 'bacsi', path: longChart('thuoc'), ready: (page) => page.getByRole('row').nth(1).waitFor() },
  { name: '18-ho-so-hinh-anh', site: 'hospital', login: 'bacsi', path: (w) => chartPath(w.openVisit.split('/')[2] ?? '', 'hinh-anh'), ready: (page) => page.locator('.chart-images li, .ui-empty').first().waitFor() },
  { name: '18-ho-so-van-ban', site: 'hospital', login: 'bacsi', path: chart('tai-lieu'), ready: (page) => page.getByText('Hợp lệ').first().waitFor() },
  { name: '18-ho-so-tim', site: 'hospital', login: 'bacsi', path: longChart('tong-quan'), ready: (page) => page.getByLabel('Tìm trong hồ sơ').waitFor(), act: async (page) => {
    await page.keyboard.press('/')
    await page.keyboard.type('an nhat')
    await page.getByText('Tìm thấy').waitFor()
  } },
  { name: '18-ho-so-khong-thay', site: 'hospital', login: 'bacsi', path: longChart('thuoc'), ready: (page) => page.getByLabel('Tìm trong hồ sơ').waitFor(), act: async (page) => {
    await page.getByLabel('Tìm trong hồ sơ').fill('khong he co')
    await page.getByText('trong hồ sơ.').waitFor()
  } },
  { name: '20-xac-minh', site: 'hospital', path: fixed('/xac-minh'), ready: heading('Xác minh tài liệu đã ký số') },
  { name: '21-xac-minh-hop-le', site: 'hospital', path: (w) => `/xac-minh?ma=${encodeURIComponent(w.documentCode)}`, ready: heading('Hợp lệ, đang có hiệu lực') },
  { name: '22-xac-minh-khong-thay', site: 'hospital', path: fixed('/xac-minh?ma=AAAA-AAAA-AAAA-AAAA-AAAA-AAAA'), ready: label('Mã tra cứu') },
  { name: '30-quan-tri-don-vi', site: 'hospital', login: 'quantri', path: fixed('/quan-tri/don-vi'), ready: label('Tên bệnh viện') },
  { name: '31-quan-tri-khoa-phong', site: 'hospital', login: 'quantri', path: fixed('/quan-tri/khoa-phong'), ready: (page) => page.getByRole('row').nth(1).waitFor() },
  { name: '32-quan-tri-mot-khoa', site: 'hospital', login: 'quantri', path: fixed('/quan-tri/khoa-phong'), ready: (page) => page.getByRole('row').nth(1).waitFor(), act: async (page) => {
    await page.getByRole('row').nth(1).dblclick()
    await page.getByText('Buồng và giường').waitFor()
  } },
  { name: '33-quan-tri-nhan-su', site: 'hospital', login: 'quantri', path: fixed('/quan-tri/nhan-su'), ready: (page) => page.getByRole('row').nth(1).waitFor() },
  { name: '34-quan-tri-mot-nguoi', site: 'hospital', login: 'quantri', path: fixed('/quan-tri/nhan-su'), ready: (page) => page.getByRole('row').nth(1).waitFor(), act: async (page) => {
    await page.getByRole('button', { name: 'Thêm nhân viên' }).click()
    await page.getByLabel('Tên đăng nhập').waitFor()
  } },
  { name: '35-quan-tri-danh-muc', site: 'hospital', login: 'quantri', path: fixed('/quan-tri/danh-muc'), ready: (page) => page.getByRole('row').nth(1).waitFor() },
  { name: '36-quan-tri-nhap-tep', site: 'hospital', login: 'quantri', path: fixed('/quan-tri/danh-muc'), ready: (page) => page.getByRole('row').nth(1).waitFor(), act: async (page) => {
    await page.getByRole('row').nth(1).dblclick()
    await page.getByText('Tệp CSV hoặc XLSX').waitFor()
  } },
  { name: '37-quan-tri-trao-doi', site: 'hospital', login: 'quantri', path: fixed('/quan-tri/trao-doi'), ready: (page) => page.getByText('Liên lạc gần nhất').waitFor() },
  { name: '38-quan-tri-nhat-ky', site: 'hospital', login: 'quantri', path: fixed('/quan-tri/nhat-ky'), ready: (page) => page.getByRole('row').nth(1).waitFor() },
  { name: '39-quan-tri-phan-mem', site: 'hospital', login: 'quantri', path: fixed('/quan-tri/phan-mem'), ready: (page) => page.getByRole('row').nth(1).waitFor() },
  { name: '39-quan-tri-phan-mem-moi', site: 'hospital', login: 'quantri', path: fixed('/quan-tri/phan-mem'), ready: (page) => page.getByRole('row').nth(1).waitFor(), act: async (page) => {
    await page.getByRole('button', { name: 'Đăng ký phần mềm' }).click()
    await page.getByLabel('Mã phần mềm').fill('May XN')
    await page.getByLabel('Quyền').fill('system/Patient.rs\nsystem/Observation.cruds?category=laboratory')
    await page.getByRole('radio', { name: 'Khóa công khai' }).check()
    await page.getByRole('button', { name: 'Lưu' }).click()
    await page.getByText('chữ thường không dấu').waitFor()
  } },
  { name: '39-quan-tri-phan-mem-khoa', site: 'hospital', login: 'quantri', path: fixed('/quan-tri/phan-mem'), ready: (page) => page.getByRole('row').nth(1).waitFor(), act: async (page) => {
    await page.getByRole('button', { name: 'Đăng ký phần mềm' }).click()
    const form = page.getByRole('dialog')
    await form.getByLabel('Mã phần mềm').fill(`xet-nghiem-${Date.now() % 1_000_000}`)
    await form.getByLabel('Tên').fill('Máy xét nghiệm sinh hóa')
    await form.getByLabel('Quyền').fill('system/Patient.rs\nsystem/Observation.cruds?category=laboratory')
    await form.getByRole('button', { name: 'Lưu' }).click()
    await form.getByText('Chỉ hiện lần này').waitFor()
  } },
  { name: '39-quan-tri-phan-mem-sua', site: 'hospital', login: 'quantri', path: fixed('/quan-tri/phan-mem'), ready: (page) => page.getByRole('row').nth(1).waitFor(), act: async (page) => {
    await page.getByRole('button', { name: 'Sửa: Máy xét nghiệm sinh hóa' }).first().click()
    await page.getByRole('button', { name: 'Tạo khóa bí mật mới' }).click()
    await page.getByText('hết hiệu lực ngay').waitFor()
  } },
  { name: '39-canh-bao-thuoc', site: 'hospital', login: 'truongkhoa', after: '12-canh-bao-thuoc', path: fixed('/canh-bao-thuoc'), ready: (page) => page.getByRole('row').nth(1).waitFor() },
  { name: '39-quan-tri-canh-bao-thuoc', site: 'hospital', login: 'quantri', after: '12-canh-bao-thuoc', path: fixed('/quan-tri/canh-bao-thuoc'), ready: (page) => page.getByRole('row').nth(1).waitFor() },
  { name: '40-trung-tam-giam-sat', site: 'center', login: 'trungtam', path: fixed('/trung-tam/giam-sat'), ready: (page) => page.getByRole('row').nth(1).waitFor() },
  { name: '41-trung-tam-tiep-nhan', site: 'center', login: 'trungtam', path: fixed('/trung-tam/tiep-nhan'), ready: (page) => page.getByRole('row').nth(1).waitFor() },
  { name: '45-tai-khoan', site: 'hospital', login: 'bacsi', path: fixed('/tai-khoan'), ready: heading('Tài khoản của tôi') },
  { name: '45-thuc-don-tai-khoan', site: 'hospital', login: 'bacsi', path: fixed('/tai-khoan'), ready: heading('Tài khoản của tôi'), act: async (page) => {
    await page.getByRole('button', { name: /^Tài khoản:/ }).click()
    await page.getByRole('menuitemradio', { name: 'Giao diện: Tối' }).waitFor()
  } },
  { name: '46-tai-khoan-trung-tam', site: 'center', login: 'trungtam', path: fixed('/tai-khoan'), ready: heading('Tài khoản của tôi') },
  { name: '48-thiet-lap', site: 'hospital', path: fixed('/thiet-lap'), ready: heading('Thiết lập lần đầu') },
  { name: '53-xet-nghiem', site: 'hospital', login: 'xetnghiem', path: fixed('/xet-nghiem'), ready: (page) => page.getByRole('row').nth(1).waitFor(), act: (page) => page.getByRole('button', { name: /^Tất cả/ }).click() },
  { name: '53-nhap-ket-qua', site: 'hospital', login: 'xetnghiem', path: fixed('/xet-nghiem'), ready: (page) => page.getByRole('row').nth(1).waitFor(), act: async (page) => {
    await page.getByRole('button', { name: /^Đã nhận mẫu/ }).click()
    await page.getByRole('row', { name: /Tổng phân tích tế bào máu/ }).first().dblclick()
    await page.getByLabel('Bạch cầu (WBC)').fill('12,4')
    await page.getByLabel('Huyết sắc tố (HGB)').fill('58')
    await page.getByLabel('Tiểu cầu (PLT)').fill('2x0')
    await page.getByText('Không phải số').waitFor()
  } },
  { name: '53-tra-lai-mau', site: 'hospital', login: 'xetnghiem', path: fixed('/xet-nghiem'), ready: (page) => page.getByRole('row').nth(1).waitFor(), act: async (page) => {
    await page.getByRole('row', { name: /Đã nhận mẫu/ }).first().focus()
    await page.keyboard.press('F7')
    await page.getByRole('dialog', { name: 'Trả lại mẫu' }).getByLabel('Lý do').selectOption('Mẫu đông')
  } },
  { name: '53-xet-nghiem-khong-co', site: 'hospital', login: 'xetnghiem', path: fixed('/xet-nghiem'), ready: (page) => page.getByRole('row').nth(1).waitFor(), act: (page) => page.getByLabel('Tìm tên, mã, số mẫu').fill('không có ai') },
  { name: '54-cdha', site: 'hospital', login: 'cdha', path: fixed('/cdha'), ready: (page) => page.getByRole('row').nth(1).waitFor(), act: async (page) => {
    await page.getByRole('row').nth(1).dblclick()
    await page.getByRole('dialog').getByText('Người bệnh chưa vào làm.').waitFor()
  } },
  { name: '57-ket-qua-may', site: 'hospital', login: 'xetnghiem', path: fixed('/xet-nghiem/may'), ready: (page) => page.getByRole('row').nth(1).waitFor() },
  { name: '57-ket-qua-may-mo', site: 'hospital', login: 'xetnghiem', path: fixed('/xet-nghiem/may'), ready: (page) => page.getByRole('row').nth(1).waitFor(), act: async (page) => {
    await page.getByRole('row', { name: /không khớp/ }).first().dblclick()
    await page.getByRole('button', { name: 'Đúng người, gán vào đây' }).first().waitFor()
  } },
  { name: '57-ket-qua-ris-khong-co', site: 'hospital', login: 'cdha', path: fixed('/cdha/may'), ready: (page) => page.getByText('Không có kết quả nào chờ').waitFor() },
  { name: '58-thiet-bi', site: 'hospital', login: 'quantri', path: fixed('/quan-tri/thiet-bi'), ready: (page) => page.getByRole('row').nth(2).waitFor() },
  { name: '58-thiet-bi-bo-qua', site: 'hospital', login: 'quantri', path: fixed('/quan-tri/thiet-bi'), ready: (page) => page.getByRole('row').nth(2).waitFor(), act: async (page) => {
    await page.getByRole('button', { name: 'Bỏ qua' }).first().click()
    await page.getByRole('dialog').waitFor()
  } },
  { name: '55-ket-qua', site: 'hospital', login: 'bacsi', path: fixed('/ket-qua'), ready: (page) => page.getByRole('row').nth(3).waitFor(), act: async (page) => {
    await page.getByRole('button', { name: 'Hiện cả đã xem' }).click()
    await page.getByText(/đã xem \d/).first().waitFor()
  } },
  { name: '55-ket-qua-xem-lai', site: 'hospital', login: 'bacsi', path: fixed('/ket-qua'), ready: (page) => page.getByRole('row').nth(3).waitFor(), act: async (page) => {
    await page.getByRole('row').nth(1).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('complementary', { name: 'Giá trị của kết quả' }).waitFor()
  } },
  ...ADMISSION_STATES, ...PICTURE_STATES, ...PROCEDURE_STATES,
  { name: '56-bo-sung-ket-qua', site: 'hospital', login: 'bacsi', path: (w) => w.signedVisit, ready: (page) => page.getByText('Phiếu khám đã ký').waitFor(), act: async (page) => {
    await page.getByRole('button', { name: 'Bổ sung vào hồ sơ' }).first().click()
    await page.getByRole('dialog').waitFor()
  } },
  { name: '57-ngoai-tuyen', site: 'hospital', login: 'bacsi', path: (w) => w.openVisit, ready: label('Lý do đến khám'), complains: /ERR_FAILED/, act: async (page) => {
    await page.getByRole('link', { name: 'Hồ sơ', exact: true }).click()
    await page.getByRole('navigation', { name: 'Các phần của hồ sơ' }).waitFor()
    await withoutServer(page, async () => {
      await page.goBack()
      await page.locator('.patient-banner').getByText(/^Bản lưu lúc/).waitFor()
    })
  } },
  { name: '57-hop-gui', site: 'hospital', login: 'bacsi', path: (w) => w.openVisit, ready: label('Lý do đến khám'), complains: /ERR_FAILED/, act: async (page) => {
    await withoutServer(page, async () => {
      await page.getByLabel('Tiền sử', { exact: true }).fill('Tăng huyết áp 5 năm, đang uống thuốc đều')
      await page.keyboard.press('Control+s')
      await page.getByText('đã xếp vào Hộp gửi').waitFor()
      await page.locator('nav a[href="/hop-gui"]').click()
      await page.getByText('Tự gửi khi có đường truyền.').waitFor()
    })
  } },
  { name: '57-hop-gui-trong', site: 'hospital', login: 'dieuduong', path: fixed('/hop-gui'), ready: (page) => page.getByText('Không có gì đang chờ').waitFor(), act: async (page) => {
    await page.getByRole('button', { name: 'Quên máy này' }).click()
    await page.getByRole('dialog').waitFor()
  } },
  // nothing else is signed in as the head: what comes after would find no session
  { name: '47-het-phien', site: 'hospital', login: 'truongkhoa', path: fixed('/kham'), ready: (page) => page.getByRole('row').nth(1).waitFor(), act: async (page) => {
    await page.context().clearCookies()
    await page.getByRole('row').nth(1).dblclick()
    await page.getByRole('dialog', { name: 'Phiên làm việc đã hết hạn' }).waitFor()
  } },
  { name: '86-tap-huan-dang-nhap', site: 'training', path: fixed('/'), ready: label('Tên đăng nhập') },
  { name: '87-tap-huan-bai-tap', site: 'training', login: 'bacsi', path: fixed('/bai-tap'), ready: heading('Khám và ký một lượt khám') },
  { name: '50-khong-co-trang', site: 'hospital', login: 'bacsi', path: fixed('/khong-co-trang-nay'), ready: heading('Không có trang này') },
  { name: '51-khong-duoc-dung', site: 'hospital', login: 'bacsi', path: fixed('/quan-tri/nhan-su'), ready: heading(/không dùng chức năng này/) },
  { name: '52-tieng-anh', site: 'hospital', login: 'bacsi', path: fixed('/kham'), ready: (page) => page.getByRole('row').nth(1).waitFor(), act: async (page) => {
    await page.evaluate(() => localStorage.setItem('emr-language', 'en'))
    await page.reload()
    await page.getByRole('row').nth(1).waitFor()
  } },
  ...ZOOM_STATES,
]
