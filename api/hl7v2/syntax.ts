/**
 * HL7 v2 messages as text and as parts: HL7 v2.5.1, chapter 2 (2.5 delimiters, 2.7 escape sequences, 2.14.9 MSH). Reading never throws: what is no message has a verdict. Pure.
 */
export interface Delimiters { readonly field: string; readonly component: string; readonly repetition: string; readonly escape: string; readonly part: string }
export interface Segment {
  readonly name: string
  /** By the number of the standard: fields[3] of PID is PID-3; as they came, not unescaped. */
  readonly fields: readonly string[]
}
export interface Message { readonly delimiters: Delimiters; readonly segments: readonly Segment[] }

export const DELIMITERS: Delimiters = { field: '|', component: '^', repetition: '~', escape: '\\', part: '&' }
const MOST_SEGMENTS = 10_000

/** undefined: this is no message. Segments end with a carriage return; the line feeds of careless senders are taken too. */
export const parseMessage = (text: string): Message | undefined => {
  if (!/^MSH[^\w\s][^\w\s]{3,5}/.test(text)) return undefined
  const field = text.charAt(3)
  const [component = '', repetition = '', escape = '', part = ''] = (text.slice(4).split(field, 1)[0] ?? '').split('')
  if (new Set([field, component, repetition, escape, part]).size !== 5 || [component, repetition, escape, part].includes('')) return undefined
  const lines = text.split(/\r\n|\r|\n/).filter((line) => line !== '')
  if (lines.length > MOST_SEGMENTS || lines.some((line) => !/^[A-Z][A-Z0-9]{2}/.test(line) || (line.length > 3 && line.charAt(3) !== field))) return undefined
  const segments = lines.map((line, at): Segment => {
    const [name = '', ...fields] = line.split(field)
    // MSH-1 is the separator itself
    return { name, fields: at === 0 ? [name, field, ...fields] : [name, ...fields] }
  })
  return { delimiters: { field, component, repetition, escape, part }, segments }
}

const hexText = (digits: string): string => new TextDecoder().decode(Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)))

/** 2.7: delimiters, line breaks and hexadecimal data as text. What is unknown stays as it came, so that nothing is lost. */
export const unescapeText = (text: string, { field, component, repetition, escape, part }: Delimiters): string => {
  if (!text.includes(escape)) return text
  const marks: Readonly<Record<string, string>> = { F: field, S: component, T: part, R: repetition, E: escape, H: '', N: '', '.br': '\n', '.sp': '\n' }
  const pieces = text.split(escape)
  let said = pieces[0] ?? ''
  for (let at = 1; at < pieces.length; at += 2) {
    const inner = pieces[at] ?? ''
    const known = Object.hasOwn(marks, inner) ? marks[inner] : /^X(?:[0-9A-Fa-f]{2})+$/.test(inner) ? hexText(inner.slice(1)) : undefined
    said += at + 1 >= pieces.length ? escape + inner : `${known ?? `${escape}${inner}${escape}`}${pieces[at + 1] ?? ''}`
  }
  // no text of PostgreSQL holds it
  return said.replaceAll('\u0000', '')
}

const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\E\\', '|': '\\F\\', '^': '\\S\\', '&': '\\T\\', '~': '\\R\\' }
export const escapeText = (text: string): string => text.normalize('NFC').replace(/\r\n|[\\|^&~]|\p{Cc}/gu, (mark) => ESCAPES[mark] ?? (/[\r\n]/.test(mark) ? '\\.br\\' : ' '))

export interface Reader {
  /** Repetitions of a field as they came. */
  repetitions(segment: Segment | undefined, field: number): readonly string[]
  /** A component of a repetition, unescaped and trimmed; '' when it is not there. HL7's "" (deleted) is '' too. */
  at(segment: Segment | undefined, field: number, component?: number, repetition?: number): string
  /** A whole repetition as text; control characters, which no record can hold, are spaces. */
  text(raw: string): string
  /** Component of a repetition that was read by itself. */
  component(raw: string, component: number): string
}

export const createReader = ({ delimiters }: Message): Reader => {
  const text = (raw: string): string => { const said = unescapeText(raw, delimiters).replace(/(?![\t\n\r])\p{Cc}/gu, ' ').trim(); return said === '""' ? '' : said }
  const component = (raw: string, at: number): string => text((raw.split(delimiters.component)[at - 1] ?? '').split(delimiters.part)[0] ?? '')
  const repetitions = (segment: Segment | undefined, field: number): readonly string[] => (segment?.fields[field] ?? '').split(delimiters.repetition).filter((raw) => raw !== '')
  return { repetitions, text, component, at: (segment, field, at = 1, repetition = 0) => component((segment?.fields[field] ?? '').split(delimiters.repetition)[repetition] ?? '', at) }
}

/** Components of a field, escaped. */
export const field = (...components: readonly string[]): string => components.map(escapeText).join('^').replace(/\^+$/, '')
/** Lines of segments, fields by their number; what is left out is empty. */
export const segment = (name: string, fields: Readonly<Record<number, string>>): string => {
  const last = Math.max(0, ...Object.keys(fields).map(Number))
  const from = name === 'MSH' ? 3 : 1
  const body = Array.from({ length: Math.max(0, last - from + 1) }, (_, at) => fields[at + from] ?? '')
  return [name === 'MSH' ? 'MSH|^~\\&' : name, ...body].join('|')
}
export const writeMessage = (segments: readonly string[]): string => segments.map((line) => `${line}\r`).join('')

/** "20261122083000+0700": chapter 2A.22, DTM. */
export const toTimestamp = (instant: string): string => {
  const [, day = '', time = '', zone = ''] = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}:\d{2})(?:\.\d+)?(Z|[+-]\d{2}:\d{2})$/.exec(instant) ?? []
  return `${day.replaceAll('-', '')}${time.replaceAll(':', '')}${(zone === 'Z' ? '+00:00' : zone).replace(':', '')}`
}
