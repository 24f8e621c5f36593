/**
 * Two answers side by side: to a question about the other hospital, and to the same question about what exists nowhere. They must be equal byte by byte,
 * but for the ids and words that each question itself had, and for what the run itself made after it began.
 */
import type { Target } from './requests.ts'

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  readonly bytes: Uint8Array
}

/** Different in every answer, or told by the body: number and time of the request, tokens of a session, length. */
const WITHOUT_MEANING: ReadonlySet<string> = new Set(['x-request-id', 'date', 'set-cookie', 'content-length', 'retry-after'])

const INSTANT = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)/g
/** Version 7: its first 48 bits are the millisecond in which it was made (RFC 9562). */
const UUID_7 = /\b([0-9a-f]{8})-([0-9a-f]{4})-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\b/g

/** RFC 9110 §5.6.7, as Last-Modified has it. */
const HTTP_DATE = /[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT/g

/** As bodies and addresses write a word. */
const spellings = (word: string): string[] => {
  const bytes = Buffer.from(word, 'utf8').toString('latin1')
  return [...new Set([bytes, encodeURIComponent(word), new URLSearchParams([['', word]]).toString().slice(1)])]
}

const wordsOf = (target: Target): string[] => [
  ...Object.entries(target.ids).filter(([name]) => name !== 'type' && name !== 'tenant').flatMap(([, ids]) => ids), ...target.resources.map(({ id }) => id),
  target.patient, target.encounter, target.department, target.account, target.name, target.citizen, target.login, target.client, target.app, target.signedAt,
].filter((word) => word.length >= 5)

type Row = Record<string, unknown>
const isRow = (value: unknown): value is Row => typeof value === 'object' && value !== null && !Array.isArray(value)

export interface Comparison {
  /** What the answer holds, without what the run made and with the target's words by number. */
  plain(answer: Answer): string
}

export const compareFor = (targets: readonly Target[], since: Date): Comparison => {
  const numbers = new Map<string, string>()
  for (const target of targets) wordsOf(target).forEach((word, at) => { for (const text of spellings(word)) if (!numbers.has(text)) numbers.set(text, `<word ${at}>`) })
  const words = [...numbers.keys()].toSorted((one, other) => other.length - one.length)
  const tenants = new RegExp(`("tenant":|Tenant )(?:${targets.map(({ tenant }) => tenant).join('|')})\\b`, 'g')
  const fresh = (text: string): boolean => Date.parse(text) >= since.getTime()

  const isFresh = (value: unknown): boolean => isRow(value) && [value['at'], value['recorded'], isRow(value['resource']) ? value['resource']['recorded'] : undefined].some((at) => typeof at === 'string' && fresh(at))
  /** Rows that the run itself put on record are left out, and numbers that count them. */
  const withoutOwnRows = (text: string): string => {
    if (!/"(at|recorded)":/.test(text)) return text
    const prune = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.filter((member) => !isFresh(member)).map(prune)
      if (!isRow(value)) return value
      return Object.fromEntries(Object.entries(value).filter(([name]) => name !== 'total' && name !== 'next' && name !== 'link').map(([name, member]) => [name, prune(member)]))
    }
    return JSON.stringify(prune(JSON.parse(text)))
  }
  /** Of what the run itself made. */
  const newIds = (id: string, high: string, low: string): string => (parseInt(high + low, 16) >= since.getTime() ? '<new>' : id)
  const isLog = (text: string): boolean => text.startsWith('{"rows":') || text.includes('"resourceType":"AuditEvent"')

  return {
    plain({ status, headers, bytes }) {
      let text = Buffer.from(bytes).toString('latin1')
      if (isLog(text)) text = withoutOwnRows(text)
      for (const word of words) text = text.replaceAll(word, numbers.get(word) ?? '')
      text = text.replaceAll(tenants, '$1<tenant>')
        .replaceAll(INSTANT, (at) => (fresh(at) ? '<now>' : at))
        .replaceAll(UUID_7, newIds)
      const kept = Object.entries(headers).filter(([name]) => !WITHOUT_MEANING.has(name)).map(([name, value]) => `${name}: ${String(value)}`).toSorted()
      const head = kept.join('\n').replaceAll(INSTANT, '<time>').replaceAll(HTTP_DATE, (at) => (Date.parse(at) >= Math.floor(since.getTime() / 1000) * 1000 ? '<now>' : at)).replaceAll(UUID_7, newIds)
      return [status, words.reduce((left, word) => left.replaceAll(word, numbers.get(word) ?? ''), head), text].join('\n')
    },
  }
}
