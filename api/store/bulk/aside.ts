/** Which of these have all they need among themselves; circles of references are whole. Pure. */
export const toMutual = <T extends { readonly key: string; readonly needs: readonly string[] }>(items: readonly T[]): readonly T[] => {
  let kept = items
  for (;;) {
    const keys = new Set(kept.map(({ key }) => key))
    const left = kept.filter(({ needs }) => needs.every((need) => keys.has(need)))
    if (left.length === kept.length) return left
    kept = left
  }
}
