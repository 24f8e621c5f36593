/**
 * Which search parameters a resource has values for, as `resource.present` keeps it: a letter for each, a third of the bytes of an array of numbers. Letters from U+0100 on
 * take two bytes and mean themselves in a pattern. Pure.
 */

const FIRST = 0x100

/** @param numbers those of the parameters in the registry. */
export const presentLetters = (numbers: readonly number[]): string => String.fromCodePoint(...numbers.map((number) => FIRST + number))

/** What is held against `resource.present` by `~`: it has a value for one of them. Of none there is no value. */
export const anyPresent = (numbers: readonly number[]): string => (numbers.length === 0 ? '^$a' : `[${presentLetters(numbers)}]`)
