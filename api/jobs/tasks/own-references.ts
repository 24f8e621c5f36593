/** When a site has an address that it did not know of before, what refers by it gets its search rows anew: once through all resources, some at a time, and a restart goes on where it was. */
import type { Settings } from '../../model/people.ts'

/** Where in the store the next look begins. */
export interface Place { readonly rtype: number; readonly rid: string }

const SETTING = 'own-references'
const START: Place = { rtype: 0, rid: '0' }
/** Milliseconds between two looks while there is work, and when there is none. */
const BETWEEN = 50, IDLE = 3_600_000

interface State { readonly bases: string; readonly place: Place | null }

export interface OwnReferencesDeps {
  readonly settings: Pick<Settings, 'find' | 'save'>
  readonly bases: readonly string[]
  /** Looks on from there; answers how many had new rows, and where it came to: undefined at the end. */
  readonly renew: (place: Place) => Promise<{ readonly count: number; readonly next: Place | undefined }>
  readonly onDone: (count: number) => void
}

export const ownReferencesTask = ({ settings, bases, renew, onDone }: OwnReferencesDeps) => {
  const wanted = JSON.stringify(bases.toSorted())
  let done = 0
  return async (): Promise<{ readonly wait: number }> => {
    const text = await settings.find(SETTING)
    const state = text === undefined ? undefined : JSON.parse(text) as State
    if (state?.bases === wanted && state.place === null) return { wait: IDLE }
    const { count, next } = await renew(state?.bases === wanted && state.place ? state.place : START)
    done += count
    await settings.save(SETTING, JSON.stringify({ bases: wanted, place: next ?? null } satisfies State))
    if (next !== undefined) return { wait: BETWEEN }
    if (done > 0) onDone(done)
    done = 0
    return { wait: IDLE }
  }
}
