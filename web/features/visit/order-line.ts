/** One typed line to an order: "amox 500 3x1 7n" a drug, "xn ctm" a laboratory test, "xq ngực" imaging, "tt thay bang" a procedure (urgent with "!" or "khẩn" behind it), "bo viem hong" an order set. Pure; the words are looked up in the lists later. */
import type { OrderCategory } from '#api/model/order-category.ts'

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
/** Asked for at once. */
interface MayBeUrgent { readonly urgent?: true }
export interface TestLine extends MayBeUrgent { readonly kind: OrderCategory; readonly words: string }
/** No prefix and no dose: both lists are asked. */
export interface OpenLine extends MayBeUrgent { readonly kind: 'any'; readonly words: string }
/** Words of the name of an order set; none: all of them. */
export interface SetsLine { readonly kind: 'set'; readonly words: string }
export type OrderLine = DrugLine | TestLine | OpenLine | SetsLine

/** First words that name the kind of order. "xq", "sa", "ct", "mri", "ns" also belong to the name of the test. */
const PREFIXES: Readonly<Record<string, { kind: 'drug' | OrderCategory; keep: boolean }>> = {
  th: { kind: 'drug', keep: false }, thuoc: { kind: 'drug', keep: false },
  xn: { kind: 'lab', keep: false },
  tt: { kind: 'procedure', keep: false },
  cdha: { kind: 'imaging', keep: false }, xq: { kind: 'imaging', keep: true }, sa: { kind: 'imaging', keep: true },
  ct: { kind: 'imaging', keep: true }, mri: { kind: 'imaging', keep: true }, ns: { kind: 'imaging', keep: true },
}
/** What the kept prefixes mean in the names of the list. */
const SPELLED: Readonly<Record<string, string>> = { xq: 'x-quang', sa: 'siêu âm', ct: 'ct', mri: 'mri', ns: 'nội soi' }

const AMOUNT = String.raw`\d{1,3}(?:[.,]\d{1,3})?|\d/[1-9]`
/** Words in which doses are counted, as they are typed; the list says which one it is. */
const UNIT = 'viên|vien|v|gói|goi|g|ống|ong|lọ|lo|giọt|giot|nhát|nhat|ml'
const TIMES = String.raw`\s*[x×*]\s*`
/** A third number behind the schedule is the days: "3x1x7". */
const TAIL = String.raw`(?:${TIMES}(\d{1,3})\s*(?:ngày|ngay|ng|n|d)?)?(?=[\s,;]|$)`
/** "3x1": times a day first. */
const TIMES_FIRST = new RegExp(String.raw`(?:^|\s)(\d{1,2})\s*(?:lần|lan|l)?${TIMES}(${AMOUNT})\s*(?:${UNIT})?${TAIL}`, 'i')
/** "1 viên x 3 lần": a unit behind the first number or "lần" behind the second says that the dose came first. */
const DOSE_FIRST = new RegExp(String.raw`(?:^|\s)(${AMOUNT})\s*(?:(?:${UNIT})${TIMES}(\d{1,2})\s*(?:lần|lan|l)?|${TIMES}(\d{1,2})\s*(?:lần|lan|l))(?:\s*/\s*(?:ngày|ngay|n))?${TAIL}`, 'i')
const DAYS = /(?:^|[\s,;])(\d{1,3})\s*(?:ngày|ngay|ng|n|d)(?=[\s,;]|$)/i

/** Text of a dose above nothing: "1,5" is "1.5", "1/2" is "0.5"; undefined when it is none. */
export const parseAmount = (text: string): string | undefined => {
  const [top = '', bottom] = text.trim().split('/')
  const value = bottom === undefined ? top.replace(',', '.') : String(Math.round((Number(top) / Number(bottom)) * 1000) / 1000)
  return /^\d{1,4}(\.\d{1,3})?$/.test(value) && Number(value) > 0 ? value : undefined
}

interface Schedule { readonly start: number; readonly end: number; readonly frequency: number; readonly dose: string; readonly days?: number }

function findSchedule(text: string): Schedule | undefined {
  const first = DOSE_FIRST.exec(text)
  const found = first ?? TIMES_FIRST.exec(text)
  if (!found) return undefined
  const [dose, times, days] = first ? [first[1], first[2] ?? first[3], first[4]] : [found[2], found[1], found[3]]
  const taken = parseAmount(dose ?? '')
  if (taken === undefined || Number(times) < 1) return undefined
  return { start: found.index, end: found.index + found[0].length, frequency: Number(times), dose: taken, ...(Number(days) > 0 ? { days: Number(days) } : {}) }
}

const plain = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').replace(/đ/gi, 'd').toLowerCase()

const tidy = (text: string): string => text.replace(/\s+/g, ' ').trim()

/** The days outside the schedule. */
function findDays(text: string, schedule: Schedule | undefined): { start: number; end: number; days: number } | undefined {
  const masked = schedule ? text.slice(0, schedule.start) + ' '.repeat(schedule.end - schedule.start) + text.slice(schedule.end) : text
  const found = DAYS.exec(masked)
  return found && Number(found[1]) > 0 ? { start: found.index, end: found.index + found[0].length, days: Number(found[1]) } : undefined
}

function drugLine(text: string): DrugLine {
  const schedule = findSchedule(text)
  const days = schedule?.days === undefined ? findDays(text, schedule) : undefined
  const taken = [schedule, days].filter((part) => part !== undefined).sort((a, b) => a.start - b.start)
  const words = tidy(text.slice(0, taken[0]?.start))
  // whatever stands between and behind the numbers is the note: nothing that was typed is dropped
  const note = taken.map((part, i) => tidy(text.slice(part.end, taken[i + 1]?.start)).replace(/^[,;]\s*|\s*[,;]$/g, '')).filter(Boolean).join(', ')
  const typedDays = schedule?.days ?? days?.days
  return {
    kind: 'drug', words,
    ...(schedule ? { frequency: schedule.frequency, dose: schedule.dose } : {}),
    ...(typedDays ? { days: typedDays } : {}),
    ...(note ? { note } : {}),
  }
}

/** Behind the name of a test: "xn ctm !", "xq ngực khẩn". */
const URGENT = /(?:\s*!+|\s+(?:khẩn|khan|cấp cứu|cap cuu))$/iu
const takeUrgent = (words: string): { words: string; urgent?: true } => (URGENT.test(words) ? { words: tidy(words.replace(URGENT, '')), urgent: true } : { words })

/** undefined for an empty line. */
export function parseOrderLine(typed: string): OrderLine | undefined {
  const text = tidy(typed.normalize('NFC'))
  if (text === '') return undefined
  const space = text.indexOf(' ')
  const first = plain(space < 0 ? text : text.slice(0, space))
  const rest = space < 0 ? '' : text.slice(space + 1)
  if (first === 'bo') return { kind: 'set', words: rest }
  const prefix = Object.hasOwn(PREFIXES, first) ? PREFIXES[first] : undefined
  if (prefix?.kind === 'drug') return rest === '' ? undefined : drugLine(rest)
  if (prefix) return { kind: prefix.kind, ...takeUrgent(tidy(prefix.keep ? `${SPELLED[first] ?? first} ${rest}` : rest)) }
  return findSchedule(text) || DAYS.test(text) ? drugLine(text) : { kind: 'any', ...takeUrgent(text) }
}

/** Total to dispense: dose × times × days, rounded up to whole units. undefined when a part is not a number. */
export function totalQuantity(dose: string, frequency: number, days: number): number | undefined {
  const total = Number(dose) * frequency * days
  return Number.isFinite(total) && total > 0 ? Math.ceil(Math.round(total * 1000) / 1000) : undefined
}
