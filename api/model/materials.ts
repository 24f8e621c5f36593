/** What a laboratory takes of a patient, and why it gives something back: codes, HL7's own where there is one, and Vietnamese words. Pure, also in the browser. */

/** Blood by its tube: what is in it decides what can be measured. */
export const MATERIALS = ['blood-edta', 'blood-serum', 'blood-citrate', 'blood-fluoride', 'blood-culture', 'urine', 'urine-sterile', 'stool', 'sputum', 'nasal', 'breath', 'other'] as const
export type Material = (typeof MATERIALS)[number]

export interface MaterialFacts {
  /** Of http://terminology.hl7.org/CodeSystem/v2-0487; none: the words alone say it. */
  readonly type?: string
  readonly vi: string
}

export const MATERIAL: Readonly<Record<Material, MaterialFacts>> = {
  'blood-edta': { type: 'BLD', vi: 'Máu, ống EDTA' }, 'blood-serum': { type: 'BLD', vi: 'Máu, ống huyết thanh' }, 'blood-citrate': { type: 'BLD', vi: 'Máu, ống citrat' }, 'blood-fluoride': { type: 'BLD', vi: 'Máu, ống fluorid' },
  'blood-culture': { type: 'BLD', vi: 'Máu, chai cấy' }, urine: { type: 'UR', vi: 'Nước tiểu' }, 'urine-sterile': { type: 'UR', vi: 'Nước tiểu, lọ vô khuẩn' }, stool: { type: 'STL', vi: 'Phân' }, sputum: { type: 'SPT', vi: 'Đờm' },
  nasal: { vi: 'Dịch mũi họng' }, breath: { type: 'EXG', vi: 'Hơi thở' }, other: { vi: 'Mẫu khác' },
}

/** The orders of the product's own list; nobody has reviewed it. A hospital's own code is of another material, and is taken alone. */
const ORDERS: Readonly<Record<Exclude<Material, 'other'>, readonly string[]>> = {
  'blood-edta': ['XN-CTM', 'XN-ML', 'XN-NM', 'XN-HBA1C', 'XN-SR'],
  'blood-serum': [
    'XN-URE', 'XN-CRE', 'XN-AST', 'XN-ALT', 'XN-GGT', 'XN-BIL', 'XN-CHOL', 'XN-TRI', 'XN-HDL', 'XN-LDL', 'XN-URIC', 'XN-DGD', 'XN-CA', 'XN-PRO', 'XN-CRP', 'XN-AMY', 'XN-CK', 'XN-TROP', 'XN-TSH', 'XN-FT4', 'XN-PSA', 'XN-AFP',
    'XN-CEA', 'XN-RF', 'XN-HBSAG', 'XN-HCV', 'XN-HIV', 'XN-NS1', 'XN-DENG',
  ],
  'blood-citrate': ['XN-DMCB'], 'blood-fluoride': ['XN-GLU'], 'blood-culture': ['XN-CAYMAU'], urine: ['XN-TPTNT', 'XN-CANNT', 'XN-HCG'], 'urine-sterile': ['XN-CAYNT'], stool: ['XN-SOIPHAN'], sputum: ['XN-AFB'],
  nasal: ['XN-CUM'], breath: ['XN-HP'],
}
const OF_ORDER: ReadonlyMap<string, Material> = new Map(MATERIALS.flatMap((material) => (material === 'other' ? [] : ORDERS[material].map((order) => [order, material] as const))))

export const materialOf = (order: string): Material => OF_ORDER.get(order) ?? 'other'

/** `condition`: of http://terminology.hl7.org/CodeSystem/v2-0493. */
export const RETURN_REASONS = ['clotted', 'haemolysed', 'too-little', 'wrong-label', 'wrong-container', 'no-show', 'by-mistake', 'other'] as const
export type ReturnReason = (typeof RETURN_REASONS)[number]
export const RETURN_REASON: Readonly<Record<ReturnReason, { readonly vi: string; readonly condition?: string }>> = {
  clotted: { vi: 'mẫu đông', condition: 'CLOT' }, haemolysed: { vi: 'mẫu tan máu', condition: 'HEM' }, 'too-little': { vi: 'mẫu không đủ lượng' }, 'wrong-label': { vi: 'nhãn sai hoặc thiếu' }, 'wrong-container': { vi: 'sai ống, sai cách lấy' },
  'no-show': { vi: 'người bệnh không đến' }, 'by-mistake': { vi: 'tiếp nhận nhầm' }, other: { vi: 'lý do khác' },
}
