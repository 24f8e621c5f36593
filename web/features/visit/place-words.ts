/** What the sheet calls a place of the form, and how it shows what stands there. Pure. */
import { dosageText } from './visit-bundle.ts'
import type { Place } from './merge-form.ts'
import type { AllergyRow, DiagnosisRow, DrugRow, ForeignRow, OrderRow } from './visit-form.ts'

type Translate = (key: string) => string
type Row = DiagnosisRow | DrugRow | OrderRow | AllergyRow | ForeignRow

const LIST_NAMES: Readonly<Record<string, string>> = { diagnoses: 'visit.section.diagnoses', drugs: 'visit.order.drugs', orders: 'visit.order.tests', allergies: 'visit.section.allergies', foreign: 'visit.foreign.heading' }
const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null
const isRow = (value: unknown): value is Row => isObject(value) && 'id' in value && ('code' in value || 'text' in value)

export function placeName(place: Place, t: Translate): string {
  const [kind = '', name] = place.split(':', 2)
  if (name === undefined) return t(`visit.${kind}`)
  const list = LIST_NAMES[kind]
  return list !== undefined ? t(list) : kind === 'vital' ? t(`visit.vital.${name}`) : t(`visit.${name}`)
}

const showRow = (row: Row, t: Translate): string => {
  if (!('code' in row)) return row.text
  if ('dose' in row) return `${row.code.display}: ${dosageText(row)} (${row.quantity} ${row.unit})`
  return 'role' in row ? `${row.code.code} ${row.code.display}, ${t(`visit.diagnosis.${row.role}`)}, ${t(`visit.diagnosis.${row.certainty}`)}` : 'priority' in row ? `${row.code.display} (${t('visit.order.urgent')})` : row.code.display
}

/** Words for nothing too: a field that was emptied, a row that was taken off. */
export function showPlace(place: Place, value: unknown, t: Translate): string {
  if (isRow(value)) return showRow(value, t)
  if (isObject(value) && typeof value.from === 'string' && typeof value.to === 'string') return [value.from, value.to].map((day) => day.split('-').reverse().join('/')).join(' – ')
  if (isObject(value) && place === 'referral') return Object.values(value).filter((text) => typeof text === 'string' && text !== '').join(', ')
  if (isObject(value) && place === 'pregnancy') return [t(`safety.pregnancy.${String(value.status)}`), value.weeks].filter(Boolean).join(' ')
  if (isObject(value)) return typeof value.display === 'string' ? value.display : JSON.stringify(value)
  if (typeof value !== 'string' && typeof value !== 'number') return t(LIST_NAMES[place.split(':', 1)[0] ?? ''] === undefined ? 'visit.merge.empty' : 'visit.merge.removed')
  if (place === 'result') return t(`visit.resultCode.${value}`)
  return /^\d{4}-\d{2}-\d{2}$/.test(String(value)) ? String(value).split('-').reverse().join('/') : String(value)
}
