/** Which days a new version of a list holds, and which versions it ends: on every day at most one, and none where there was one before stays without. Pure. */
import type { CodeListInfo } from '../model/ports.ts'
import { outcome } from '../model/outcome.ts'

type Period = Pick<CodeListInfo, 'version' | 'validFrom' | 'validTo'>

export interface Placement {
  readonly validTo?: string
  readonly closes: readonly { readonly version: string; readonly validTo: string }[]
  /** The version in force on the first day before this one came. */
  readonly before?: string
}

const FOREVER = '9999-12-31'

const dayBefore = (day: string): string => new Date(Date.parse(`${day}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10)

const last = ({ validTo }: Pick<Period, 'validTo'>): string => validTo ?? FOREVER

/** @throws Outcome list-period-taken, list-period-gap */
export function placeVersion(versions: readonly Period[], wanted: Period): Placement {
  const sameDay = versions.find((v) => v.validFrom === wanted.validFrom)
  if (sameDay) throw outcome('list-period-taken', { expression: 'mapping.validFrom', diagnostics: `version ${sameDay.version} starts on ${wanted.validFrom}` })
  const ended = versions.filter((v) => v.validFrom < wanted.validFrom && last(v) >= wanted.validFrom)
  const next = versions.map((v) => v.validFrom).filter((day) => day > wanted.validFrom).sort()[0]
  const limit = next === undefined ? FOREVER : dayBefore(next)
  const end = last(wanted) < limit ? last(wanted) : limit
  // Beyond a later version's first day it is that version which holds.
  const held = ended.map(last).map((day) => (day < limit ? day : limit)).find((day) => day > end)
  if (held !== undefined) throw outcome('list-period-gap', { expression: 'mapping.validTo', diagnostics: `a version holds until ${held === FOREVER ? 'further notice' : held}, the new one would end on ${end}` })
  const before = [...ended].sort((a, b) => (a.validFrom < b.validFrom ? 1 : -1))[0]
  return {
    closes: ended.map((v) => ({ version: v.version, validTo: dayBefore(wanted.validFrom) })),
    ...(end === FOREVER ? {} : { validTo: end }), ...(before ? { before: before.version } : {}),
  }
}
