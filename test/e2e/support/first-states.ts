/** One state for each page: what the short form of the accessibility check looks at. Pure. */
import type { State } from './state.ts'
import type { World } from './world.ts'

const VISIT = '/nguoi-benh/x/lan-kham/x'
/** Stands for the world of a demo that is not there yet; every patient and visit is the same here. */
const ANYWHERE: World = { pin: '', waiting: { citizen: '', name: '', birthDate: '', qr: '' }, openVisit: VISIT, signedVisit: VISIT, returnVisit: VISIT, documentCode: '', scan: '', pacs: 0 }

/** Site and path of a state, whoever it is about and whatever is asked for there. */
export const pageOf = ({ site, path }: Pick<State, 'site' | 'path'>): string =>
  `${site} ${(path(ANYWHERE).split('?')[0] ?? '').replace(/^\/nguoi-benh\/[^/]+/, '/nguoi-benh/x')}`

type Placed = Pick<State, 'name' | 'site' | 'path' | 'after'>

/** The first state of each page in the order of the table, which is the page as it opens, and those that one of these comes after. */
export const firstOfEachPage = <T extends Placed>(states: readonly T[]): T[] => {
  const pages = states.map(pageOf)
  const first = states.filter((state, at) => pages.indexOf(pageOf(state)) === at)
  const before = new Set(first.map(({ after }) => after))
  return states.filter((state) => first.includes(state) || before.has(state.name))
}
