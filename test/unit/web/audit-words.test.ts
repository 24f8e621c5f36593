/** The audit view in words: every detail that the server can write has an example here, and none of them is shown as a code. */
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { OUTCOMES } from '#api/model/outcome.ts'
import { FORMS } from '#api/model/form-sections.ts'
import { detailText, objectText, type Vocabulary } from '#web/features/admin/audit-words.ts'
import { i18n, withTexts } from '#web/i18n/index.ts'

const api = fileURLToPath(new URL('../../../api', import.meta.url))
await withTexts('admin training', () => Promise.resolve())()
const texts = i18n.global
const words: Vocabulary = {
  language: 'vi',
  word: (key, names) => (texts.te(`admin.audit.${key}`) ? texts.t(`admin.audit.${key}`, names ?? {}) : undefined),
  role: (code) => texts.t(`shell.role.${code}`),
  lesson: (id) => (texts.te(`training.lesson.${id}.title`) ? texts.t(`training.lesson.${id}.title`) : undefined),
  department: (id) => (id === 'khoa-kham-benh' ? 'Khoa Khám bệnh' : undefined),
  account: (id) => (id === 'a1' ? 'Trần Văn Mẫu' : undefined),
}
const said = (interaction: string, detail: string, outcome = 'success'): string => detailText({ interaction, outcome, detail }, words)

/** The expression in the source after `detail:` -> [action, an example of it, what is read, outcome]. Reasons that people typed stay as typed. */
const EXAMPLES: Readonly<Record<string, readonly [action: string, written: string, read: string, outcome?: string]>> = {
  "'setup-code-wrong'": ['site-setup', 'setup-code-wrong', OUTCOMES['setup-code-wrong'].vi, 'refused'],
  "'not-found'": ['read', 'not-found', 'Không tìm thấy.', 'failed'],
  "'forbidden'": ['visit-sheet', 'forbidden', 'Bạn không có quyền làm việc này.', 'refused'],
  "'invalid_client'": ['token', 'invalid_client', 'Khóa của phần mềm kết nối không đúng.', 'refused'],
  "'invalid_grant'": ['token-revoke', 'invalid_grant', 'Mã truy cập không phải của phần mềm này.', 'refused'],
  "'too-many-attempts'": ['sign-in', 'too-many-attempts', OUTCOMES['too-many-attempts'].vi, 'refused'],
  "'sign-in-failed'": ['sign-in', 'sign-in-failed', OUTCOMES['sign-in-failed'].vi, 'refused'],
  "'unchanged'": ['update', 'unchanged', 'Không có gì thay đổi.'],
  // the number of a device's message is all the name that it has
  'kept.id': ['device-list', 'xn-1 K-77', 'xn-1 K-77'],
  '`${kept.id}: ${reason}`': ['device-reject', 'xn-1 K-77: Nhầm ống', 'xn-1 K-77: Nhầm ống'],
  number: ['work-list', '900-0000017', '900-0000017'],
  'lesson.id': ['lesson-begin', 'reception', 'Đón một người bệnh'],
  code: ['read', 'break-glass-needed', OUTCOMES['break-glass-needed'].vi, 'refused'],
  detail: ['sign', 'pin-wrong', 'Mã PIN ký số không đúng.', 'refused'],
  door: ['access', 'GET /api/admin/staff', 'GET /api/admin/staff', 'refused'],
  reason: ['break-glass', 'Cấp cứu ban đêm', 'Cấp cứu ban đêm'],
  'query.department': ['queue', 'khoa-kham-benh', 'Khoa Khám bệnh', 'refused'],
  '`${query.department} ${day} -> ${rows.length}`': ['queue', 'khoa-kham-benh 2026-11-27 -> 10', 'Khoa Khám bệnh, 27/11/2026: 10 kết quả'],
  "`${rows.length} documents${tenant === undefined ? '' : ` of hospital ${tenant}`}`": ['center-received', '2 documents of hospital 900', 'Bệnh viện mã 900: 2 kết quả'],
  '`hospital ${tenant}`': ['document-read', 'hospital 900', 'Bệnh viện mã 900'],
  '`hospital ${tenant}, ${shown.length} resources`': ['search-type', 'hospital 900, 3 resources', 'Bệnh viện mã 900: 3 kết quả'],
  "`${document.form} ${document.code}${reviewed.reason === '' ? '' : ` ${reviewed.reason}`}`": ['sign-correction', 'visit-summary k7q2 Ghi nhầm bên đau', 'Bản tóm tắt hồ sơ bệnh án k7q2 Ghi nhầm bên đau'],
  '`${document.form} ${document.code}`': ['print-copy', 'prescription k7q2', 'Đơn thuốc k7q2'],
  'document.form': ['sign-preview', 'visit-summary', 'Bản tóm tắt hồ sơ bệnh án'],
  "`${encounter === undefined ? 'patient' : `encounter ${encounter}`} -> ${found.length}`": ['documents', 'encounter e1 -> 2', 'Của lần khám: 2 kết quả'],
  kind: ['work-list', 'imaging', 'Chẩn đoán hình ảnh', 'refused'],
  '`${kind} ${what} -> ${rows.length}`': ['work-list', 'lab 2026-11-27 -> 3', 'Xét nghiệm, 27/11/2026: 3 kết quả'],
  "`${kind} ${input.reason} ${input.again ? 'again' : 'given-up'}`": ['specimen-return', 'lab clotted again', 'Xét nghiệm, mẫu đông, chờ làm lại'],
  'DANGERS_READ[bench.kind]': ['work-order', 'allergies creatinine height pregnancy', 'dị ứng, creatinin, chiều cao, tình trạng thai nghén'],
  '`${kind} ${orders.length}`': ['specimen-receive', 'lab 2', 'Xét nghiệm: 2 kết quả'],
  '`-> ${rows.length}`': ['results-inbox', '-> 3', '3 kết quả'],
  '`-> ${answer.waiting.length}`': ['cosign-requests', '-> 2', '2 kết quả'],
  '`-> ${visits.length}`': ['signing-inbox', '-> 3', '3 kết quả'],
  '`${what} ${at} ${copyAt}`': ['offline-reading', 'visit 2026-11-22T01:10:00.000Z 2026-11-22T01:00:00.000Z', 'Xem lúc 08:10 22/11/2026, bản lưu lúc 08:00 22/11/2026'],
  'key': ['draft-read', 'visit-e1', 'Bản nháp phiếu khám'],
  "made.certificateSerial ?? ''": ['signing-enrol', '66ab', 'Chứng thư số 66ab'],
  "`${asked.join('&')} -> ${matches.length}`": ['search-type', 'identifier&name&birthdate -> 1', 'số giấy tờ, họ tên, ngày sinh: 1 kết quả'],
  "[...new Set(parameters.map(([name]) => name))].join(' ')": ['search-type', 'identifier _count', 'số giấy tờ, số dòng'],
  asked: ['audit-read', 'from&account', 'Lọc theo: từ ngày, người làm'],
  'evidence.name': ['second-person', 'Đại úy, BS Vũ Thị Hai', 'Đại úy, BS Vũ Thị Hai'],
  'enrolment.name': ['hospital-enrol', 'Bệnh viện Quân y 901', 'Bệnh viện Quân y 901'],
  'auditDetail(made)': ['code-list-import', 'ranks tt06-2026 from 2026-07-01: added 2, changed 1, ended 0, same 17, against starter-2026.1; starter-2026.1 ends 2026-06-30', 'Phiên bản tt06-2026 từ 01/07/2026: thêm 2, đổi 1, bỏ 0, giữ nguyên 17'],
  'describe(grants)': ['account-create', 'doctor@khoa-kham-benh administrator@*', `${texts.t('shell.role.doctor')} (Khoa Khám bệnh), ${texts.t('shell.role.administrator')} (Toàn viện)`],
  "scopes.join(' ')": ['client-register', 'system/Patient.rs system/Observation.cruds', 'system/Patient.rs system/Observation.cruds'],
  '`Subscription/${id} ${number} ${plan.content}`': ['notify', 'Subscription/0190 7 id-only', 'Thông báo số 7'],
  'describe(id, wish)': ['export', '0190 some 3 _since Patient Observation?', 'Một số người bệnh: 3 (Patient Observation?)'],
  '`${job.id}/${file.number} ${kind} (${count})`': ['export-file', '0190/1 output (12)', '12 kết quả'],
  '`${job.id} (${job.counts.refused})`': ['import-file', '0190 (4)', '4 kết quả'],
  '`${id} ${size} bytes`': ['import', '0190 2048 bytes', '2048 byte'],
  'job.id': ['export-cancel', '0190', '0190'],
  '`${node.node} ${header.epoch} ${header.seq}`': ['exchange-apply', 'h900 1 47', 'Bản ghi 47 của h900, lượt 1'],
}

/** From `detail: ` to the comma or brace that ends it, brackets and quotes counted. */
const expressionAt = (text: string): string => {
  let depth = 0
  let quoted = false
  for (let i = 0; i < text.length; i += 1) {
    const c = text[i] ?? ''
    if (c === '`' && depth === 0) quoted = !quoted
    if (quoted) continue
    if ('([{'.includes(c)) depth += 1
    else if (')]}'.includes(c)) { if (depth === 0) return text.slice(0, i).trim(); depth -= 1 }
    else if (c === ',' && depth === 0) return text.slice(0, i).trim()
  }
  return text.trim()
}
const written = (): string[] => readdirSync(api, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
  .flatMap((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8').split('\n').filter((line) => line.includes('outcome: ') || line.includes("detail: 'unchanged'")))
  .flatMap((line) => [...line.matchAll(/\bdetail(?:: |(?= [,}]))/g)].map((found) => (found[0].endsWith(': ') ? expressionAt(line.slice(found.index + found[0].length)) : 'detail')))

describe('a detail of the audit log', () => {
  test('has an example here wherever the server writes one', () => {
    const found = [...new Set(written())]
    expect(found.length).toBeGreaterThan(15)
    expect(found.filter((expression) => !Object.hasOwn(EXAMPLES, expression))).toEqual([])
  })
  test.each(Object.entries(EXAMPLES))('%s is read in words', (_expression, [action, text, read, outcome]) => { expect(said(action, text, outcome)).toBe(read) })
  test('says every refusal in words', () => {
    for (const code of Object.keys(OUTCOMES)) expect(said('sign', code, 'refused'), code).toContain(' ')
  })
  test('names every form', () => {
    for (const [code, { vi }] of Object.entries(FORMS)) expect(said('document-read', `${code} k7q2`)).toBe(`${vi} k7q2`)
  })
  test('of a search over FHIR counts what matched', () => { expect(said('search-type', 'patient _include (3+2)')).toBe('người bệnh, kèm theo: 3 kết quả') })
  test('of a work list says which part of it', () => { expect(['now', 'overdue'].map((what) => said('work-list', `imaging ${what} -> 2`))).toEqual(['Chẩn đoán hình ảnh, việc hiện có: 2 kết quả', 'Chẩn đoán hình ảnh, người chưa đến: 2 kết quả']) })
  test('typed by a person stays as typed', () => { expect(said('signing-revoke', 'forbidden')).toBe('forbidden') })
})

describe('what an audit row is about', () => {
  test('is a kind in words with the end of its id', () => {
    expect(objectText({ interaction: 'visit-sheet', outcome: 'success', type: 'Encounter', resourceId: '01a21b0d-7320-7000-80df-7f62ab12cd34' }, words)).toBe('Lần khám …12cd34')
    expect(objectText({ interaction: 'search-type', outcome: 'success', type: 'Patient' }, words)).toBe('Người bệnh')
  })
  test('is a person by name, for an account', () => { expect(objectText({ interaction: 'sign-in', outcome: 'success', resourceId: 'a1' }, words)).toBe('Trần Văn Mẫu') })
})
