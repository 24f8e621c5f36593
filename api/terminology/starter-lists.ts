/** The lists the product starts with; the screen marks starters, which an administrator replaces with the official files. */
import { readFileSync } from 'node:fs'
import { parseJsonObject, stringAt } from '../model/json.ts'
import type { Caller, CodeListInfo, ImportReport, ListMapping, ResourceStore } from '../model/ports.ts'
import type { StoredVersion } from '../model/resource.ts'
import { readListFile } from './list-file.ts'
import { createImporter } from './importer.ts'
import { mapRows } from './mapping.ts'

type StarterRow = Pick<CodeListInfo, 'list' | 'title' | 'validFrom' | 'starter' | 'complete' | 'source' | 'licence' | 'version'> & { readonly file: string; readonly legalBasis?: string; /** Versions that were shipped before: where nobody has changed them, this one follows. */ readonly follows?: readonly string[] }

const OWN = 'Danh mục khởi đầu do dự án biên soạn, chưa thẩm định'
const APACHE = 'Apache-2.0 (phần biên soạn của dự án)'
const own = (list: string, file: string, title: string, source = OWN, licence = APACHE): StarterRow =>
  ({ list, file, title, version: 'starter-2026.1', validFrom: '2015-01-01', starter: true, complete: false, source, licence })

/** Facts in our own sentences; each row names its source and waits for a pharmacist to review it. */
const safety = (list: string, title: string, version: string): StarterRow => ({ ...own(list, `${list}.csv`, title, 'Do dự án biên soạn, nguồn ghi ở từng dòng, chưa được dược sĩ thẩm định'), version })

/** Administrative units in force since 2025-07-01; their licence file stands beside them. */
const unit = (list: string, file: string, title: string): StarterRow => ({
  list, file, title, legalBasis: 'QĐ 19/2025/QĐ-TTg', source: 'thanglequoc/vietnamese-provinces-database, bản ngày 2026-07-25', licence: 'MIT, © 2021 Thang Le Quoc (lists/LICENSE-administrative-units)',
  validFrom: '2025-07-01', version: '2025-07-01', starter: false, complete: true,
})

/**
 * One row per list: the file in lists/, and what the CodeSystem says of it. A licence says only what is known: WHO licenses its classifications
 * case by case (https://www.who.int/about/licensing/classifications/en/), and this project holds no such licence.
 */
export const STARTER_LISTS: readonly StarterRow[] = [
  { ...own('icd10', 'icd10.csv', 'ICD-10: nhóm bệnh thường gặp ở phòng khám',
    'Mã và tên tiếng Anh theo ICD-10 của WHO; tên tiếng Việt và quy tắc dùng mã (vài ví dụ theo ICD-10 tập 2 của WHO) do dự án biên soạn, chưa thẩm định',
    'Mã, tên tiếng Anh: © WHO, dùng phải theo giấy phép của WHO, dự án chưa có giấy phép đó; tên tiếng Việt: Apache-2.0'), version: 'starter-2026.2' },
  { ...own('medicines', 'medicines.csv', 'Thuốc thường dùng ở phòng khám', 'Do dự án biên soạn, chưa thẩm định; loại kiểm soát (N, H) theo TT 20/2017/TT-BYT, chưa đối chiếu với bản gốc',
    'Apache-2.0 (phần biên soạn của dự án); mã ATC: © WHO Collaborating Centre for Drug Statistics Methodology'), version: 'starter-2026.2' },
  { ...own('orders', 'orders.csv', 'Chỉ định xét nghiệm, chẩn đoán hình ảnh và thủ thuật'), version: 'starter-2026.2', follows: ['starter-2026.1'] },
  own('routes', 'routes.csv', 'Đường dùng thuốc'),
  own('dispositions', 'dispositions.csv', 'Xử trí sau khám'),
  own('ranks', 'military-ranks.csv', 'Cấp bậc quân hàm'),
  own('categories', 'military-categories.csv', 'Đối tượng người bệnh'),
  own('departments', 'departments.csv', 'Mã khoa K01–K47'),
  own('occupations', 'occupations.csv', 'Nghề nghiệp (mã 2 chữ số)'),
  own('ethnic-groups', 'ethnic-groups.csv', 'Dân tộc', 'Bảng mã dân tộc lưu hành công khai, chưa đối chiếu với văn bản ban hành', 'Không có giấy phép kèm theo (bảng mã công khai)'),
  safety('drug-substances', 'An toàn thuốc: hoạt chất', 'starter-2026.2'),
  safety('drug-classes', 'An toàn thuốc: nhóm thuốc, dị ứng chéo', 'starter-2026.2'),
  safety('drug-interactions', 'An toàn thuốc: tương tác', 'starter-2026.2'),
  safety('drug-limits', 'An toàn thuốc: liều, tuổi, thận, thai kỳ', 'starter-2026.1'),
  unit('provinces', 'provinces.csv', 'Tỉnh, thành phố'),
  unit('communes', 'communes.csv', 'Xã, phường, đặc khu'),
]

const FIXED = new Set(['code', 'display', 'displayEn', 'reviewed'])

/** Whether a site has of a list nothing but a version that was shipped before, as it was shipped: then nobody has made it their own. */
export const isAsShipped = (stored: readonly Pick<StoredVersion, 'version' | 'body'>[], follows: readonly string[] = []): boolean =>
  stored.length > 0 && stored.every((each) => each.version === 1 && follows.includes(stringAt(parseJsonObject(each.body), 'version') ?? ''))

/**
 * Loads every wanted starter that this site does not have yet in any version. A list already there is left alone, but for one that is as an earlier release shipped it: the new version follows from `today` on, and the
 * days before keep theirs.
 */
export async function seedStarterLists(store: ResourceStore, caller: Caller, wanted: (row: Pick<StarterRow, 'list'>) => boolean = () => true, today?: string): Promise<{ list: string; report: ImportReport }[]> {
  const importer = createImporter({ store, refresh: () => undefined })
  const done: { list: string; report: ImportReport }[] = []
  for (const row of STARTER_LISTS.filter(wanted)) {
    const rows = await readListFile(readFileSync(new URL(`./lists/${row.file}`, import.meta.url)))
    const titles = rows[0] ?? []
    const mapping: ListMapping = {
      ...row,
      columns: {
        code: 'code', display: 'display', ...(titles.includes('displayEn') ? { displayEn: 'displayEn' } : {}), ...(titles.includes('reviewed') ? { reviewed: 'reviewed' } : {}),
        properties: Object.fromEntries(titles.filter((t) => !FIXED.has(t)).map((t) => [t, t])),
      },
    }
    const mapped = mapRows(rows, mapping)
    const { matches } = await store.search(caller, { type: 'CodeSystem', parameters: [['url', mapped.concepts[0]?.system ?? ''], ['_count', row.follows === undefined ? '1' : '10']], strict: true })
    const renewed = today !== undefined && isAsShipped(matches, row.follows)
    if (matches.length > 0 && !renewed) continue
    done.push({ list: row.list, report: await importer.importRows(caller, mapped, renewed ? { ...mapping, validFrom: today } : mapping, true) })
  }
  return done
}
