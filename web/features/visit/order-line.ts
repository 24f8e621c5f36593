/** One typed line to an order: "amox 500 3x1 7n" a drug, "xn ctm" a laboratory test, "xq ngực" imaging. Pure; the words are looked up in the lists later. */

export interface DrugLine {
  readonly kind: 'drug'
  /** Words to look up in the list of medicines, e.g. "amox 500". */
  readonly words: string
  /** Times a day and amount each time, when typed. Amounts keep their text: "1/2" is "0.5". */
  readonly frequency?: number
  readonly dose?: string
  readonly days?: number
  readonly note?: string
}
export interface TestLine { readonly kind: 'lab' | 'imaging'; readonly words: string }
/** No prefix and no dose: both lists are asked. */
export interface OpenLine { readonly kind: 'any'; readonly words: string }
export type OrderLine = DrugLine | TestLine | OpenLine

/** First words that name the kind of order. "xq", "sa", "ct", "mri", "ns" also belong to the name of the test. */
const PREFIXES: Readonly<Record<string, { kind: 'drug' | 'lab' | 'imaging'; keep: boolean }>> = {
  th: { kind: 'drug', keep: false }, thuoc: { kind: 'drug', keep: false },
  xn: { kind: 'lab', keep: false },
  cdha: { kind: 'imaging', keep: false }, xq: { kind: 'imaging', keep: true }, sa: { kind: 'imaging', keep: true },
  ct: { kind: 'imaging', keep: true }, mri: { kind: 'imaging', keep: true }, ns: { kind: 'imaging', keep: true },
}
/** What the kept prefixes mean in the names of the list. */
const SPELLED: Readonly<Record<string, string>> = { xq: 'x-quang', sa: 'siêu âm', ct: 'ct', mri: 'mri', ns: 'nội soi' }

const SCHEDULE = /(?:^|\s)(\d{1,2})\s*[x×]\s*(\d{1,3}(?:[.,]\d{1,3})?|\d\/\d)(?=\s|$)/i
const DAYS = /(?:^|\s)(\d{1,3})\s*(?:n|ng|ngày|ngay|d)(?=\s|$)/i

const amount = (text: string): string => {
  const [top, bottom] = text.split('/')
  return bottom === undefined ? text.replace(',', '.') : String(Number(top) / Number(bottom))
}

const plain = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').replace(/đ/gi, 'd').toLowerCase()

const tidy = (text: string): string => text.replace(/\s+/g, ' ').trim()

function drugLine(text: string): DrugLine {
  const schedule = SCHEDULE.exec(text)
  const days = DAYS.exec(text)
  const starts = [schedule?.index, days?.index].filter((i) => i !== undefined)
  const ends = [schedule, days].flatMap((m) => (m ? [m.index + m[0].length] : []))
  const words = tidy(starts.length > 0 ? text.slice(0, Math.min(...starts)) : text)
  const note = ends.length > 0 ? tidy(text.slice(Math.max(...ends))) : ''
  return {
    kind: 'drug', words,
    ...(schedule ? { frequency: Number(schedule[1]), dose: amount(schedule[2] ?? '1') } : {}),
    ...(days ? { days: Number(days[1]) } : {}),
    ...(note ? { note } : {}),
  }
}

/** undefined for an empty line. */
export function parseOrderLine(typed: string): OrderLine | undefined {
  const text = tidy(typed.normalize('NFC'))
  if (text === '') return undefined
  const space = text.indexOf(' ')
  const first = plain(space < 0 ? text : text.slice(0, space))
  const rest = space < 0 ? '' : text.slice(space + 1)
  const prefix = Object.hasOwn(PREFIXES, first) ? PREFIXES[first] : undefined
  if (prefix?.kind === 'drug') return rest === '' ? undefined : drugLine(rest)
  if (prefix) return { kind: prefix.kind, words: tidy(prefix.keep ? `${SPELLED[first] ?? first} ${rest}` : rest) }
  return SCHEDULE.test(text) || DAYS.test(text) ? drugLine(text) : { kind: 'any', words: text }
}

/** Total to dispense: dose × times × days, rounded up to whole units. undefined when a part is not a number. */
export function totalQuantity(dose: string, frequency: number, days: number): number | undefined {
  const total = Number(dose) * frequency * days
  return Number.isFinite(total) && total > 0 ? Math.ceil(Math.round(total * 1000) / 1000) : undefined
}
