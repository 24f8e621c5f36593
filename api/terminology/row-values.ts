/** Days and yes-or-no as published files write them. Pure; undefined: it is neither empty nor one of the known ways. */
const YES = new Set(['yes', 'y', 'true', '1', 'x', 'có', 'rồi', 'đã thẩm định'])
const NO = new Set(['', 'no', 'n', 'false', '0', 'không', 'chưa', 'chưa thẩm định'])

export function parseYes(text: string): boolean | undefined {
  const word = text.toLowerCase()
  return YES.has(word) ? true : NO.has(word) ? false : undefined
}

const SHAPES: readonly { readonly shape: RegExp; readonly order: readonly [number, number, number] }[] = [
  { shape: /^(\d{4})-(\d{1,2})-(\d{1,2})$/, order: [1, 2, 3] },
  { shape: /^(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})$/, order: [3, 2, 1] },
  { shape: /^(\d{4})(\d{2})(\d{2})$/, order: [1, 2, 3] },
]

/** YYYY-MM-DD, DD/MM/YYYY or YYYYMMDD (as the insurance files write it) to YYYY-MM-DD. */
export function parseDay(text: string): string | undefined {
  for (const { shape, order } of SHAPES) {
    const found = shape.exec(text)
    if (!found) continue
    const [year, month, day] = order.map((at) => found[at] ?? '')
    const iso = `${year ?? ''}-${(month ?? '').padStart(2, '0')}-${(day ?? '').padStart(2, '0')}`
    const date = new Date(`${iso}T00:00:00Z`)
    return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(iso) ? iso : undefined
  }
  return undefined
}
