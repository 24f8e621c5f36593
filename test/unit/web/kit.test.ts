/** What the kit decides without a screen: keys, numbers, order of rows, places of popups. */
import { describe, expect, test } from 'vitest'
import { placePopup } from '#web/ui/anchored-popup.ts'
import { nextSort, rowAfterKey, sortRows, type GridColumn } from '#web/ui/grid-model.ts'
import { keyName } from '#web/ui/keyboard.ts'
import { parseDecimalText } from '#web/ui/number-text.ts'

describe('a typed number', () => {
  test.each([['36,5', '36.5'], [' 37.10 ', '37.10'], ['+7', '7'], ['-2', '-2']])('%s is %s and keeps its digits', (text, number) => { expect(parseDecimalText(text)).toBe(number) })
  test.each(['', '1,2,3', '1e3', 'ba', '.', '5.'])('%s is no number', (text) => { expect(parseDecimalText(text)).toBeUndefined() })
})

describe('a key press', () => {
  const press = (key: string, over: Partial<{ code: string; ctrlKey: boolean; metaKey: boolean; altKey: boolean }> = {}) => keyName({ key, code: '', ctrlKey: false, metaKey: false, altKey: false, ...over })
  test('has the name that hotkey maps write', () => {
    expect([press('Enter', { ctrlKey: true }), press('F8'), press('/'), press('K', { ctrlKey: true }), press('N', { altKey: true })]).toEqual(['Ctrl+Enter', 'F8', '/', 'Ctrl+k', 'Alt+n'])
  })
  test('with Alt takes the digit of the key, since layouts change the letter', () => { expect(press('¡', { altKey: true, code: 'Digit1' })).toBe('Alt+1') })
  test('of the number pad with Alt is no digit: it types a character by its number, as Alt+0176 does °', () => {
    expect([press('0', { altKey: true, code: 'Numpad0' }), press('ArrowDown', { altKey: true, code: 'Numpad2' }), press('0', { code: 'Numpad0' }), press('0', { altKey: true, code: 'Digit0' })])
      .toEqual(['Alt+Numpad0', 'Alt+Numpad2', '0', 'Alt+0'])
  })
  test('with the Mac\'s command key counts as Ctrl', () => { expect(press('s', { metaKey: true })).toBe('Ctrl+s') })
})

describe('rows of a grid', () => {
  interface Row { readonly name: string; readonly age?: number }
  const columns: GridColumn<Row>[] = [{ key: 'name', label: '', value: (row) => row.name }, { key: 'age', label: '', value: (row) => row.age }]
  const rows: Row[] = [{ name: 'Đỗ', age: 9 }, { name: 'An' }, { name: 'Ẩn', age: 30 }, { name: 'Dung', age: 30 }]
  const names = (key: string, descending: boolean): string[] => sortRows(rows, columns, { key, descending }).map((row) => row.name)

  test('sort by the Vietnamese alphabet', () => { expect(names('name', false)).toEqual(['An', 'Ẩn', 'Dung', 'Đỗ']) })
  test('sort numbers as numbers, equal ones as they came, empty ones last both ways', () => {
    expect(names('age', false)).toEqual(['Đỗ', 'Ẩn', 'Dung', 'An'])
    expect(names('age', true)).toEqual(['Ẩn', 'Dung', 'Đỗ', 'An'])
  })
  test('go back to the order given at the third press', () => {
    const first = nextSort(undefined, 'age')
    expect([first, nextSort(first, 'age'), nextSort(nextSort(first, 'age'), 'age')]).toEqual([{ key: 'age', descending: false }, { key: 'age', descending: true }, undefined])
  })
  test('keys stay inside the list', () => {
    expect([rowAfterKey('ArrowDown', 3, 4), rowAfterKey('ArrowUp', 0, 4), rowAfterKey('End', 0, 40), rowAfterKey('PageDown', 30, 40), rowAfterKey('a', 0, 4)]).toEqual([3, 0, 39, 39, undefined])
  })
})

describe('a popup', () => {
  const view = { width: 1366, height: 768 }
  test('hangs under its field', () => { expect(placePopup({ left: 100, top: 200, bottom: 230, width: 300 }, view)).toMatchObject({ top: '232px', left: '100px', maxHeight: '300px' }) })
  test('opens upwards near the lower edge', () => { expect(placePopup({ left: 100, top: 700, bottom: 730, width: 300 }, view)).toMatchObject({ bottom: '70px' }) })
  test('stays inside the window', () => { expect(placePopup({ left: 1300, top: 200, bottom: 230, width: 300 }, view)).toMatchObject({ left: '1058px' }) })
})
