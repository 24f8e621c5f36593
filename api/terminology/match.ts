/** Accent-free search in a code list, best match first: code, then name, then usual abbreviations. Pure. */
import type { Concept } from '../model/ports.ts'
import { fold } from '../model/fold.ts'

interface Row {
  readonly concept: Concept
  readonly code: string
  readonly name: string
  readonly words: readonly string[]
  readonly synonyms: readonly string[]
  readonly synonymWords: readonly string[]
}

const SEPARATORS = /[\s\-–+/(),.;:]+/

const words = (text: string): string[] => text.split(SEPARATORS).filter(Boolean)

export type MatchIndex = readonly Row[]

export const buildIndex = (concepts: readonly Concept[]): MatchIndex =>
  concepts.map((concept) => {
    const name = fold(concept.display)
    const synonyms = (concept.properties.synonyms ?? '').split(';').map(fold).filter(Boolean)
    const extra = [concept.displayEn, concept.properties.inn].map((t) => fold(t ?? ''))
    return { concept, code: fold(concept.code), name, words: words(name), synonyms, synonymWords: [...synonyms, ...extra].flatMap(words) }
  })

/** 0 = no match; higher is better. Every typed word must begin a word of the row. */
function score(row: Row, query: string, parts: readonly string[]): number {
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

/** Empty text answers the list from its start. */
export function findMatches(index: MatchIndex, text: string, count: number): Concept[] {
  const query = fold(text)
  if (query === '') return index.slice(0, count).map((row) => row.concept)
  const parts = words(query)
  if (parts.length === 0) return []
  const hits: { row: Row; points: number }[] = []
  for (const row of index) {
    const points = score(row, query, parts)
    if (points > 0) hits.push({ row, points })
  }
  hits.sort((a, b) => b.points - a.points || (a.row.code < b.row.code ? -1 : 1))
  return hits.slice(0, count).map((hit) => hit.row.concept)
}
