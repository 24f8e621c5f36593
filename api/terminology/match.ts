/** Accent-free search in a code list, best match first: code, then name, then usual abbreviations. Pure. */
import type { Concept } from '../model/ports.ts'
import { fold } from '../model/fold.ts'

/** What is matched, folded once. */
export interface MatchRow<T> {
  readonly item: T
  readonly code: string
  readonly name: string
  readonly words: readonly string[]
  readonly synonyms: readonly string[]
  readonly synonymWords: readonly string[]
}

const SEPARATORS = /[\s\-–+/(),.;:]+/

const words = (text: string): string[] => text.split(SEPARATORS).filter(Boolean)

export type MatchIndex = readonly MatchRow<Concept>[]

/** `synonyms`: usual abbreviations, which are matched whole; `others`: further names. */
export const toMatchRow = <T>(item: T, text: { readonly code: string; readonly display: string; readonly synonyms?: readonly string[]; readonly others?: readonly string[] }): MatchRow<T> => {
  const name = fold(text.display)
  const synonyms = (text.synonyms ?? []).map(fold).filter(Boolean)
  return { item, code: fold(text.code), name, words: words(name), synonyms, synonymWords: [...synonyms, ...(text.others ?? []).map(fold)].flatMap(words) }
}

export const buildIndex = (concepts: readonly Concept[]): MatchIndex =>
  concepts.map((concept) => toMatchRow(concept, {
    code: concept.code, display: concept.display, synonyms: (concept.properties.synonyms ?? '').split(';'), others: [concept.displayEn ?? '', concept.properties.inn ?? ''],
  }))

/** 0 = no match; higher is better. Every typed word must begin a word of the row. */
function score<T>(row: MatchRow<T>, query: string, parts: readonly string[]): number {
  if (row.code === query) return 1000
  if (row.code.startsWith(query)) return 900 - row.code.length
  if (row.synonyms.includes(query)) return 850
  if (row.name === query) return 840
  if (row.name.startsWith(query)) return 800 - row.name.length
  let total = 0
  for (const part of parts) {
    const at = row.words.findIndex((w) => w.startsWith(part))
    if (at >= 0) total += (row.words[at] === part ? 60 : 50) - Math.min(at, 20)
    else if (row.synonymWords.some((w) => w.startsWith(part))) total += 30
    else if (row.code.includes(part)) total += 20
    else return 0
  }
  return Math.max(1, 100 + total / parts.length + (row.synonyms.some((s) => s.startsWith(query)) ? 200 : 0) - row.words.length)
}

/** All that match, the best first; empty text answers everything in its order. */
export function rank<T>(rows: readonly MatchRow<T>[], text: string): T[] {
  const query = fold(text)
  if (query === '') return rows.map((row) => row.item)
  const parts = words(query)
  if (parts.length === 0) return []
  const hits: { row: MatchRow<T>; points: number }[] = []
  for (const row of rows) {
    const points = score(row, query, parts)
    if (points > 0) hits.push({ row, points })
  }
  hits.sort((a, b) => b.points - a.points || (a.row.code < b.row.code ? -1 : 1))
  return hits.map((hit) => hit.row.item)
}

/** Empty text answers the list from its start. */
export const findMatches = (index: MatchIndex, text: string, count: number): Concept[] => rank(index, text).slice(0, count)
