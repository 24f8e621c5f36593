/** Order sets: found by words, put in as the list of the day has them, made of what stands on the sheet. */
import { describe, expect, it } from 'vitest'
import type { Concept } from '#api/model/ports.ts'
import type { OrderSet, SetLine } from '#api/model/visit-aids.ts'
import type { FindCode } from '#web/features/visit/find-code.ts'
import { parseOrderLine } from '#web/features/visit/order-line.ts'
import { findSets, linesOf, rowsOfSet, type SetTools } from '#web/features/visit/order-sets.ts'
import { emptyVisitForm, type DrugRow, type OrderRow } from '#web/features/visit/visit-form.ts'

const set = (name: string, scope: OrderSet['scope'], lines: readonly SetLine[] = []): OrderSet => ({ id: name, version: 1, scope, name, body: { kind: 'order-set', lines }, mayChange: false })
const code = (text: string) => ({ system: 'urn:list', version: '2025', code: text, display: `Tên ${text}` })
const drug = (text: string, more: Partial<DrugRow> = {}): DrugRow => ({ id: text, code: code(text), unit: 'viên', doseUnit: 'viên', dose: '0.5', frequency: 3, days: 7, quantity: 11, note: 'sau ăn', ...more })
const order = (text: string): OrderRow => ({ id: text, code: code(text), category: 'lab' })

describe('the order line', () => {
  it('asks for order sets by "bo", with or without words, accents or not', () => {
    expect(['bo', 'bộ viêm họng', 'BO ha'].map(parseOrderLine)).toEqual([{ kind: 'set', words: '' }, { kind: 'set', words: 'viêm họng' }, { kind: 'set', words: 'ha' }])
    expect(parseOrderLine('boganic')).toEqual({ kind: 'any', words: 'boganic' })
  })
})

describe('order sets', () => {
  it('are found by every word without accents, one\'s own first', () => {
    const sets = [set('Viêm họng chung', 'hospital'), set('Viêm họng khoa', 'department'), set('Họng của tôi', 'person'), set('Tăng huyết áp', 'person')]
    expect(findSets('hong', sets).map(({ name }) => name)).toEqual(['Họng của tôi', 'Viêm họng khoa', 'Viêm họng chung'])
    expect(findSets('viem chung', sets).map(({ name }) => name)).toEqual(['Viêm họng chung'])
    expect(findSets('', sets)).toHaveLength(4)
  })

  const find: FindCode = (list, wanted) => Promise.resolve(wanted === 'OLD' ? undefined : { system: `urn:${list}`, version: '2026', code: wanted, display: wanted, properties: {}, reviewed: true })
  const tools: SetTools = { find, toDrug: (concept: Concept, line) => Promise.resolve(drug(concept.code, { dose: line.dosage?.dose ?? '', days: line.dosage?.days ?? 0 })), toOrder: (concept) => order(concept.code) }
  const dosage = { dose: '2', frequency: 1, days: 3, note: '' }

  it('put in their lines with their doses, name what is in no list any more, and repeat nothing', async () => {
    const whole = set('x', 'person', [{ kind: 'drug', code: 'A', display: 'A', dosage }, { kind: 'drug', code: 'B', display: 'B', dosage }, { kind: 'order', code: 'OLD', display: 'Tên cũ' }, { kind: 'order', code: 'X', display: 'X' }, { kind: 'order', code: 'A', display: 'cùng mã' }])
    const rows = await rowsOfSet(whole, { ...emptyVisitForm(), drugs: [drug('A')], orders: [order('X')] }, tools)
    expect(rows.drugs.map((row) => [row.code.code, row.dose, row.days])).toEqual([['B', '2', 3]])
    expect(rows.orders.map((row) => row.code.code)).toEqual(['A'])
    expect([rows.present, rows.gone]).toEqual([2, ['Tên cũ']])
  })

  it('are made of what stands on the sheet, without a note that could be about this patient', () => {
    expect(linesOf({ drugs: [drug('A', { route: code('PO') }), drug('B', { note: 'gọi 0912345678' })], orders: [order('X')] })).toEqual([
      { kind: 'drug', code: 'A', display: 'Tên A', dosage: { dose: '0.5', frequency: 3, days: 7, note: 'sau ăn', route: 'PO' } },
      { kind: 'drug', code: 'B', display: 'Tên B', dosage: { dose: '0.5', frequency: 3, days: 7, note: '' } },
      { kind: 'order', code: 'X', display: 'Tên X' },
    ])
  })
})
