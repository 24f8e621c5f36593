/** Phrases in a text: the short name behind a dot before the cursor, the text that takes its place, and the places in it that are filled in turn. Pure. */
import { fold } from '#api/model/fold.ts'
import type { Phrase } from '#api/model/visit-aids.ts'
import { NOTES, type VisitForm } from './visit-form.ts'

/** From `start` to `end` of the text. */
export interface Span { readonly start: number; readonly end: number }
export interface ShortName extends Span { readonly word: string }

/** A dot at the begin of a word: not that of "38.5" nor of a sentence. Folded, for what an input method made of the letters. */
const SHORT = /(?<=^|[\s(])\.([\p{L}\p{N}]{0,16})$/u

/** The short name that ends at the cursor; one space behind it belongs to it when `spaced`. */
export function findShortName(text: string, cursor: number, spaced = false): ShortName | undefined {
  const before = text.slice(0, cursor)
  if (spaced && !before.endsWith(' ')) return undefined
  const found = SHORT.exec(spaced ? before.slice(0, -1) : before)
  return found ? { start: found.index, end: cursor, word: fold(found[1] ?? '') } : undefined
}

const SHOWN = 8
const RANK = { person: 0, department: 1, hospital: 2 } as const

/** Those that may stand in the section and begin so; first those made for it, then one's own before the department's before the hospital's. */
export const findPhrases = (word: string, phrases: readonly Phrase[], section: string): Phrase[] => {
  const isFor = ({ body }: Phrase): number => (body.section === section ? 0 : 1)
  return phrases.filter(({ name, body }) => name.startsWith(word) && (body.section === undefined || body.section === section))
    .toSorted((a, b) => isFor(a) - isFor(b) || RANK[a.scope] - RANK[b.scope] || (a.name < b.name ? -1 : 1)).slice(0, SHOWN)
}

/** The one that is called exactly so. */
export const exactPhrase = (word: string, phrases: readonly Phrase[], section: string): Phrase | undefined => findPhrases(word, phrases, section).find(({ name }) => name === word)

const PLACE = /\{[^{}\n]{1,60}\}/g

/** The first place to fill in that begins at `from` or behind it. */
export function findPlace(text: string, from: number): Span | undefined {
  for (const found of text.matchAll(PLACE)) if (found.index >= from) return { start: found.index, end: found.index + found[0].length }
  return undefined
}

/** What the cursor stands on after a phrase was put in: its first place, or its end. */
export const cursorIn = (phrase: string, start: number): Span => {
  const place = findPlace(phrase, 0)
  return place ? { start: start + place.start, end: start + place.end } : { start: start + phrase.length, end: start + phrase.length }
}

/** Places of the form's texts that nobody has filled in. */
export const openPlaces = ({ reason, notes }: Pick<VisitForm, 'reason' | 'notes'>): string[] =>
  [reason, ...NOTES.map((name) => notes[name])].flatMap((text) => [...text.matchAll(PLACE)].map(([place]) => place))
