/** Favourites among the answers to an order line: all of them for an empty line, one for its digit, and the doctor's own before others for words. Pure. */
import { categoryOfRow } from '#api/model/order-category.ts'
import type { Favourite } from '#api/model/visit-aids.ts'
import type { CodeOption } from './order-option.ts'

/** A line that is only a digit: the favourite of that number. Read from the text, so that it holds whatever method the letters are typed with. */
export const favouritePlace = (typed: string): number | undefined => (/^[1-9]$/.test(typed.trim()) ? Number(typed) : undefined)

const kindOf = ({ kind, concept }: Favourite): CodeOption['kind'] => (kind === 'drug' ? 'drug' : categoryOfRow(concept.properties.category))

const toOption = (favourite: Favourite, place: number): CodeOption => ({
  kind: kindOf(favourite), concept: favourite.concept, line: { kind: 'any', words: '' }, favourite: { from: favourite.from, place }, ...(favourite.dosage && { usual: favourite.dosage }),
})

/** Answers to a line without words: all, or the one of a digit. undefined: the line has words. */
export function favouriteOptions(typed: string, favourites: readonly Favourite[]): CodeOption[] | undefined {
  const options = favourites.map((favourite, at) => toOption(favourite, at + 1))
  if (typed.trim() === '') return options
  const place = favouritePlace(typed)
  return place === undefined ? undefined : options.filter(({ favourite }) => favourite?.place === place)
}

const isOwn = ({ from }: Favourite): boolean => from !== 'department'

/** What the doctor usually takes comes before the rest, and a drug that is typed without numbers with the dose that was used last. */
export function ownFirst(found: readonly CodeOption[], favourites: readonly Favourite[]): CodeOption[] {
  const marked = found.map((option): CodeOption => {
    const known = favourites.find((favourite) => isOwn(favourite) && favourite.concept.code === option.concept.code && favourite.concept.system === option.concept.system)
    if (!known) return option
    return { ...option, favourite: { from: known.from }, ...(known.dosage && option.line.kind === 'any' && { usual: known.dosage }) }
  })
  const rank = ({ concept }: CodeOption): number => favourites.findIndex((favourite) => isOwn(favourite) && favourite.concept.code === concept.code)
  return [...marked.filter(({ favourite }) => favourite).sort((a, b) => rank(a) - rank(b)), ...marked.filter(({ favourite }) => !favourite)]
}
