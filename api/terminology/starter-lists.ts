/** The lists the product starts with; the screen marks starters, which an administrator replaces with the official files. */
import { readFileSync } from 'node:fs'
import type { Caller, CodeListInfo, ImportReport, ListMapping, ResourceStore } from '../model/ports.ts'
import { readListFile } from './list-file.ts'
import { createImporter } from './importer.ts'
import { mapRows } from './mapping.ts'

type StarterRow = Pick<CodeListInfo, 'list' | 'title' | 'validFrom' | 'starter' | 'source' | 'licence' | 'version'> & { readonly file: string; readonly legalBasis?: string }

const OWN = 'Danh mục khởi đầu do dự án biên soạn, chưa thẩm định'
const APACHE = 'Apache-2.0 (phần biên soạn của dự án)'
const own = (list: string, file: string, title: string, source = OWN): StarterRow =>
  ({ list, file, title, version: 'starter-2026.1', validFrom: '2015-01-01', starter: true, source, licence: APACHE })
const official = (list: string, file: string, title: string, legalBasis: string, source: string, licence: string, validFrom: string): StarterRow =>
  ({ list, file, title, legalBasis, source, licence, validFrom, version: validFrom, starter: false })

/** One row per list: the file in lists/, and what the CodeSystem says of it. */
export const STARTER_LISTS: readonly StarterRow[] = [
  { ...own('icd10', 'icd10.csv', 'ICD-10: nhóm bệnh thường gặp ở phòng khám'), licence: 'Mã và tên tiếng Anh: ICD-10 © WHO; tên tiếng Việt do dự án biên soạn' },
  own('medicines', 'medicines.csv', 'Thuốc thường dùng ở phòng khám'),
  own('orders', 'orders.csv', 'Chỉ định xét nghiệm và chẩn đoán hình ảnh'),
  own('routes', 'routes.csv', 'Đường dùng thuốc'),
  own('dispositions', 'dispositions.csv', 'Xử trí sau khám'),
  own('ranks', 'military-ranks.csv', 'Cấp bậc quân hàm'),
  own('categories', 'military-categories.csv', 'Đối tượng người bệnh'),
  own('departments', 'departments.csv', 'Mã khoa K01–K47'),
  own('occupations', 'occupations.csv', 'Nghề nghiệp (mã 2 chữ số)'),
  official('ethnic-groups', 'ethnic-groups.csv', 'Dân tộc', 'Danh mục các dân tộc Việt Nam', 'Danh mục mã công khai', 'Danh mục công khai', '2015-01-01'),
  official('provinces', 'provinces.csv', 'Tỉnh, thành phố', 'QĐ 19/2025/QĐ-TTg', 'thanglequoc/vietnamese-provinces-database', 'MIT (lists/LICENSE-administrative-units)', '2025-07-01'),
  official('communes', 'communes.csv', 'Xã, phường, đặc khu', 'QĐ 19/2025/QĐ-TTg', 'thanglequoc/vietnamese-provinces-database', 'MIT (lists/LICENSE-administrative-units)', '2025-07-01'),
]

const FIXED = new Set(['code', 'display', 'displayEn'])

/** Loads every starter that this site does not have yet in any version; a list already there is left alone. */
export async function seedStarterLists(store: ResourceStore, caller: Caller): Promise<{ list: string; report: ImportReport }[]> {
  const importer = createImporter({ store, refresh: () => undefined })
  const done: { list: string; report: ImportReport }[] = []
  for (const row of STARTER_LISTS) {
    const rows = await readListFile(readFileSync(new URL(`./lists/${row.file}`, import.meta.url)))
    const titles = rows[0] ?? []
    const mapping: ListMapping = {
      ...row,
      columns: {
        code: 'code', display: 'display', ...(titles.includes('displayEn') ? { displayEn: 'displayEn' } : {}),
        properties: Object.fromEntries(titles.filter((t) => !FIXED.has(t)).map((t) => [t, t])),
      },
    }
    const { concepts, errors } = mapRows(rows, mapping)
    const existing = await store.search(caller, { type: 'CodeSystem', parameters: [['url', concepts[0]?.system ?? ''], ['_count', '1']], strict: true })
    if (existing.matches.length > 0) continue
    done.push({ list: row.list, report: await importer.importRows(caller, concepts, { ...mapping, starter: row.starter, title: row.title }, true, errors) })
  }
  return done
}
