/** Keeps the demo's order sets and phrases, names of the codes taken from the lists in force. What is there already stays. */
import { dayIn } from '#api/model/day.ts'
import type { SiteParts } from '#api/compose.ts'
import { systemClock } from '#api/model/ids.ts'
import { Outcome, outcome } from '#api/model/outcome.ts'
import type { Caller } from '#api/model/ports.ts'
import { CODE_SYSTEM } from '#api/model/systems.ts'
import type { AidOwner, NewAid, SetLine } from '#api/model/visit-aids.ts'
import { lineOf, PHRASES, SETS, type DemoOwner, type DemoSet } from './demo-visit-aids.ts'

type Site = Pick<SiteParts, 'accounts' | 'aids' | 'ids' | 'desks'> & { readonly timeZone: string }

const ownerOf = async ({ accounts }: Site, of: DemoOwner): Promise<AidOwner | undefined> => {
  if (of === 'hospital') return { scope: 'hospital', owner: '' }
  if ('department' in of) return { scope: 'department', owner: of.department }
  const account = await accounts.byLogin(of.login)
  return account && { scope: 'person', owner: account.id }
}

const linesOf = async ({ desks: { terminology }, timeZone }: Site, { drugs, orders }: DemoSet): Promise<SetLine[]> => {
  const day = dayIn(systemClock.now(), timeZone)
  const nameOf = async (system: string, code: string): Promise<string> => {
    const concept = await terminology.lookup(system, code, day)
    if (concept === undefined) throw outcome('code-invalid', { diagnostics: `${system} has no ${code} on ${day}.` })
    return concept.display
  }
  return [
    ...await Promise.all(drugs.map(async ([code, frequency, days, note = '']) => lineOf(code, await nameOf(CODE_SYSTEM.medicines, code), { dose: '1', frequency, days, note, route: 'PO' }))),
    ...await Promise.all(orders.map(async (code) => lineOf(code, await nameOf(CODE_SYSTEM.orders, code)))),
  ]
}

export const seedVisitAids = async (site: Site, caller: Caller): Promise<void> => {
  const keep = async (of: DemoOwner, aid: Pick<NewAid, 'name' | 'body'>): Promise<void> => {
    const owner = await ownerOf(site, of)
    if (owner === undefined) return
    try {
      await site.aids.create(caller, { id: site.ids.uuid(), ...owner, ...aid })
    } catch (error) {
      // of a first start that was cut short
      if (!(error instanceof Outcome && error.code === 'aid-name-taken')) throw error
    }
  }
  for (const set of SETS) await keep(set.of, { name: set.name, body: { kind: 'order-set', lines: await linesOf(site, set) } })
  for (const { of, name, text, section } of PHRASES) await keep(of, { name, body: { kind: 'phrase', text, ...(section && { section }) } })
}
