/** Shares of a long list of tests, for runs that are started whenever a core is free. */

/** Dealt like cards, so that shares of a list with the long ones first take about as long. All shares together are the list, each of it once. */
export const shareOf = <T>(list: readonly T[], { index, count }: { readonly index: number; readonly count: number }): T[] => list.filter((_, at) => at % count === index - 1)
