/** Which sheets of which visit are open, and what their people do there: in the memory of the process, gone with the connection. Pure. */
import type { Presence, SheetState } from '../model/presence.ts'

export interface OpenedBy { readonly account: string; readonly name: string }

interface Seat extends SheetState { readonly encounter: string; readonly by: OpenedBy }

export interface PresenceBoard<Key> {
  join(key: Key, encounter: string, by: OpenedBy): void
  say(key: Key, state: SheetState): void
  leave(key: Key): void
  /** Sheets of a visit. */
  at(encounter: string): readonly Key[]
  /** As somebody at this sheet sees the others, by name. */
  othersOf(key: Key): readonly Presence[]
  size(): number
}

const NOWHERE: SheetState = { section: null, writing: false }
const liveliness = ({ section, writing }: SheetState): number => (writing ? 2 : section === null ? 0 : 1)

export const createPresenceBoard = <Key>(): PresenceBoard<Key> => {
  const seats = new Map<Key, Seat>()
  const visits = new Map<string, Set<Key>>()
  return {
    join(key, encounter, by) {
      seats.set(key, { ...NOWHERE, encounter, by })
      visits.set(encounter, (visits.get(encounter) ?? new Set<Key>()).add(key))
    },
    say(key, state) {
      const seat = seats.get(key)
      if (seat !== undefined) seats.set(key, { ...seat, ...state })
    },
    leave(key) {
      const encounter = seats.get(key)?.encounter ?? ''
      seats.delete(key)
      const left = visits.get(encounter)
      left?.delete(key)
      if (left?.size === 0) visits.delete(encounter)
    },
    at: (encounter) => [...visits.get(encounter) ?? []],
    othersOf(key) {
      const mine = seats.get(key)
      const found = new Map<string, Presence>()
      for (const other of visits.get(mine?.encounter ?? '') ?? []) {
        const seat = seats.get(other)
        if (other === key || seat === undefined) continue
        const known = found.get(seat.by.account)
        if (known === undefined || liveliness(seat) > liveliness(known)) found.set(seat.by.account, { name: seat.by.name, own: seat.by.account === mine?.by.account, section: seat.section, writing: seat.writing })
      }
      return [...found.values()].sort((one, two) => Number(one.own) - Number(two.own) || one.name.localeCompare(two.name, 'vi'))
    },
    size: () => seats.size,
  }
}
