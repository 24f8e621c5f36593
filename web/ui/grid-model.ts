/** What a DataGrid decides without the screen: order of rows and where the focus goes. */

export interface GridColumn<Row> {
  readonly key: string
  readonly label: string
  /** CSS width, e.g. "90px" or "20%". */
  readonly width?: string
  readonly align?: 'left' | 'right' | 'center'
  /** Text of the cell when there is no slot for it, and what sorting compares. */
  readonly value?: (row: Row) => string | number | undefined
  readonly sortable?: boolean
  readonly labelHidden?: boolean
}

export interface GridSort { readonly key: string; readonly descending: boolean }

const collator = new Intl.Collator('vi', { numeric: true })

/** A new array in the wanted order; empty values come last in both directions; equal rows keep their order. */
export const sortRows = <Row>(rows: readonly Row[], columns: readonly GridColumn<Row>[], sort: GridSort | undefined): readonly Row[] => {
  const value = columns.find((column) => column.key === sort?.key)?.value
  if (!sort || !value) return rows
  const sign = sort.descending ? -1 : 1
  return [...rows].sort((a, b) => {
    const left = value(a)
    const right = value(b)
    if (left === undefined || left === '' || right === undefined || right === '') return Number(left === undefined || left === '') - Number(right === undefined || right === '')
    return sign * (typeof left === 'number' && typeof right === 'number' ? left - right : collator.compare(String(left), String(right)))
  })
}

/** First click ascending, second descending, third back to the order given. */
export const nextSort = (current: GridSort | undefined, key: string): GridSort | undefined =>
  current?.key !== key ? { key, descending: false } : current.descending ? undefined : { key, descending: true }

const PAGE = 15

/** Row that a key moves to; undefined when the key is not one of the grid's. */
export const rowAfterKey = (key: string, at: number, count: number): number | undefined => {
  const target = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + PAGE, PageUp: at - PAGE, Home: 0, End: count - 1 }[key]
  return target === undefined ? undefined : Math.max(0, Math.min(count - 1, target))
}
