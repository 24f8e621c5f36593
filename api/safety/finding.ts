/** How the checks write what they find. Pure. */
import type { Check, CheckKind, Grade, Verdict, Words } from '../model/safety.ts'

interface Found {
  readonly rule: string
  readonly words: Words
  readonly lines: readonly string[]
  readonly row?: { readonly source: string; readonly reviewed: boolean }
  /** What else the grade rests on. */
  readonly on?: string
}

const make = (kind: CheckKind, verdict: Verdict, { rule, words, lines, row, on }: Found): Check => ({
  kind, verdict, rule: `${kind}:${rule}`, key: [`${kind}:${rule}`, verdict, ...[...lines].sort(), ...(on === undefined ? [] : [on])].join('|'), words, lines,
  ...(row && { source: row.source, reviewed: row.reviewed }),
})

export const alert = (kind: CheckKind, grade: Grade, found: Found): Check => make(kind, grade, found)
export const clear = (kind: CheckKind, line: string, words: Words): Check => make(kind, 'clear', { rule: 'clear', words, lines: [line] })
/** `why`: a stable name, for counting. */
export const notChecked = (kind: CheckKind, line: string, why: string, words: Words): Check => make(kind, 'not-checked', { rule: why, words, lines: [line] })

/** "amoxicilin, acid clavulanic" */
export const named = (items: readonly { readonly words: Words }[]): Words => ({ vi: items.map(({ words }) => words.vi).join(', '), en: items.map(({ words }) => words.en).join(', ') })

/** 37.5 as "37,5" and "37.5", without digits that nobody can measure. */
export const shownNumber = (value: number): Words => {
  const text = String(Math.round(value * 100) / 100)
  return { vi: text.replace('.', ','), en: text }
}
