/** What the palette offers for a text, best first: actions of the page and pages by their words, patients as the server found them. Pure. */
import { fold } from '#api/model/fold.ts'

export interface PaletteItem {
  readonly id: string
  readonly group: 'patients' | 'actions' | 'pages' | 'pc'
  readonly label: string
  /** Age and sex of a patient, keys of an action. */
  readonly note?: string
  readonly run: () => void
}

/** 0: the text begins so; 1: a word does; 2: it stands inside; undefined: not at all. */
export const rankOf = (label: string, query: string): number | undefined => {
  const [text, wanted] = [fold(label), fold(query)]
  if (wanted === '' || text.startsWith(wanted)) return 0
  const words = wanted.split(' ')
  if (words.every((word) => text.split(/[^\p{L}\p{N}]+/u).some((own) => own.startsWith(word)))) return 1
  return words.every((word) => text.includes(word)) ? 2 : undefined
}

const ranked = (items: readonly PaletteItem[], query: string): readonly { readonly item: PaletteItem; readonly rank: number }[] =>
  items.flatMap((item) => ((rank) => (rank === undefined ? [] : [{ item, rank }]))(rankOf(item.label, query))).sort((a, b) => a.rank - b.rank)

/** What begins with the text, then patients, then what only holds its words: a name that is typed leads to its patient, not to a page with such a word. Without a text patients come first. */
export const inPaletteOrder = (items: readonly PaletteItem[], patients: readonly PaletteItem[], query: string): readonly PaletteItem[] => {
  const found = ranked(items, query)
  const first = query === '' ? [] : found.filter(({ rank }) => rank === 0)
  return [...first.map(({ item }) => item), ...patients, ...found.filter((each) => !first.includes(each)).map(({ item }) => item)]
}
