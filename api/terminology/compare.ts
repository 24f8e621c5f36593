/** What an import would change: codes added, changed, removed against the version in force. Pure. */
import type { Concept } from '../model/ports.ts'

export interface ListChange {
  readonly added: number
  readonly changed: number
  readonly removed: number
  readonly unchanged: number
  /** The first 50 differences, removed and changed before added. */
  readonly samples: readonly { readonly code: string; readonly before?: string; readonly after?: string }[]
}

const SAMPLES = 50

const sameRow = (a: Concept, b: Concept): boolean =>
  a.display === b.display && (a.displayEn ?? '') === (b.displayEn ?? '')
  && JSON.stringify(Object.entries(a.properties).sort()) === JSON.stringify(Object.entries(b.properties).sort())

export function compareLists(before: readonly Concept[], after: readonly Concept[]): ListChange {
  const old = new Map(before.map((c) => [c.code, c]))
  const kept = new Set(after.map((c) => c.code))
  const added = after.filter((c) => !old.has(c.code))
  const removed = before.filter((c) => !kept.has(c.code))
  const changed = after.flatMap((c) => {
    const was = old.get(c.code)
    return was && !sameRow(was, c) ? [{ code: c.code, before: was.display, after: c.display }] : []
  })
  return {
    added: added.length, changed: changed.length, removed: removed.length, unchanged: after.length - added.length - changed.length,
    samples: [
      ...removed.map((c) => ({ code: c.code, before: c.display })), ...changed, ...added.map((c) => ({ code: c.code, after: c.display })),
    ].slice(0, SAMPLES),
  }
}
