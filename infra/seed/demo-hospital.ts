/** Data of the demo hospital: its letterhead, departments and staff. All invented, and looking so. */
import type { RoleGrant } from '#api/model/actor.ts'
import type { Department, HospitalProfile } from '#api/model/site.ts'

export const HOSPITAL: Omit<HospitalProfile, 'version' | 'hasSeal'> = {
  governingBody: 'Cục Hậu cần - Kỹ thuật Quân khu Mẫu',
  name: 'Bệnh viện Quân y 900',
  facilityCode: '99900',
  address: 'Số 900 đường Mẫu, phường Ba Đình, thành phố Hà Nội',
  phone: '069 900 900',
  place: 'Hà Nội',
}

/** Of the training hospital: nobody takes its papers for a real one's. */
export const TRAINING_HOSPITAL: typeof HOSPITAL = {
  governingBody: 'TẬP HUẤN - không phải bệnh viện thật',
  name: 'Bệnh viện Tập huấn',
  facilityCode: '99999',
  address: 'Người bệnh bịa, hồ sơ không có giá trị',
  phone: '000 000 000',
  place: 'Tập huấn',
}

export type DemoDepartment = Pick<Department, 'id' | 'code' | 'name' | 'kind'> & { readonly officialCode: string; readonly rooms: readonly { readonly name: string; readonly beds: number }[] }

export const CLINIC = 'khoa-kham-benh'

export const DEPARTMENTS: readonly DemoDepartment[] = [
  { id: CLINIC, code: 'KB', name: 'Khoa Khám bệnh', kind: 'clinic', officialCode: 'K01', rooms: [{ name: 'Phòng khám 201', beds: 0 }, { name: 'Phòng khám 202', beds: 0 }, { name: 'Phòng khám 203', beds: 0 }] },
  { id: 'khoa-a1', code: 'A1', name: 'Khoa Nội tổng hợp A1', kind: 'ward', officialCode: 'K03', rooms: [{ name: 'Buồng 301', beds: 4 }, { name: 'Buồng 302', beds: 4 }, { name: 'Buồng 303', beds: 2 }] },
  { id: 'khoa-b1', code: 'B1', name: 'Khoa Ngoại tổng hợp B1', kind: 'ward', officialCode: 'K19', rooms: [{ name: 'Buồng 401', beds: 4 }, { name: 'Buồng 402', beds: 4 }] },
  { id: 'khoa-c1', code: 'C1', name: 'Khoa Xét nghiệm C1', kind: 'paraclinical', officialCode: 'K47', rooms: [{ name: 'Phòng lấy mẫu', beds: 0 }, { name: 'Phòng huyết học', beds: 0 }] },
  { id: 'khoa-c2', code: 'C2', name: 'Khoa Chẩn đoán hình ảnh C2', kind: 'paraclinical', officialCode: 'K39', rooms: [{ name: 'Phòng X-quang', beds: 0 }, { name: 'Phòng siêu âm', beds: 0 }] },
]

export interface DemoPerson {
  readonly login: string
  readonly name: string
  readonly title: string
  readonly rank: string
  readonly licence: string
  readonly grants: readonly RoleGrant[]
  /** FHIR id of the Practitioner. */
  readonly practitioner?: string
  /** Gets a signing key under the demo's PIN. */
  readonly signs: boolean
}

const at = (role: RoleGrant['role'], ...departments: (string | null)[]): RoleGrant[] => departments.map((department) => ({ role, department }))

export const STAFF: readonly DemoPerson[] = [
  { login: 'tiepdon', name: 'Lê Thị Mẫu An', title: '', rank: 'Trung úy', licence: '', grants: at('reception', CLINIC, null), practitioner: 'nv-mau-an', signs: false },
  { login: 'dieuduong', name: 'Phạm Thị Mẫu Bình', title: 'ĐD', rank: 'Thượng úy', licence: '900102/BQP-CCHN', grants: at('nurse', CLINIC), practitioner: 'dd-mau-binh', signs: false },
  { login: 'bacsi', name: 'Trần Văn Mẫu', title: 'BS', rank: 'Thiếu tá', licence: '900103/BQP-CCHN', grants: at('doctor', CLINIC), practitioner: 'bs-mau', signs: true },
  { login: 'truongkhoa', name: 'Nguyễn Thị Mẫu Hòa', title: 'BS CKII', rank: 'Thượng tá', licence: '900104/BQP-CCHN', grants: at('head', CLINIC), practitioner: 'bs-mau-hoa', signs: true },
  { login: 'xetnghiem', name: 'Bùi Thị Mẫu Xuân', title: 'CN', rank: 'Đại úy', licence: '900105/BQP-CCHN', grants: at('laboratory', null), practitioner: 'cn-mau-xuan', signs: false },
  { login: 'cdha', name: 'Đỗ Văn Mẫu Hình', title: 'BS CKI', rank: 'Thiếu tá', licence: '900106/BQP-CCHN', grants: at('imaging', null), practitioner: 'bs-mau-hinh', signs: false },
  { login: 'quantri', name: 'Hoàng Văn Mẫu Quân', title: 'KS', rank: 'Đại úy', licence: '', grants: at('administrator', null), signs: false },
]

export const CENTER_STAFF: readonly DemoPerson[] = [
  { login: 'trungtam', name: 'Vũ Văn Mẫu Trung', title: 'KS', rank: 'Thiếu tá', licence: '', grants: at('center-operator', null), signs: false },
]
