/** Counts the demo's habits through the same door as a signature does. */
import type { Caller, ResourceStore } from '#api/model/ports.ts'
import { HABITS } from './demo-favourites.ts'

export const seedFavourites = async (store: ResourceStore, caller: Caller, accountOf: (login: string) => Promise<string | undefined>): Promise<void> => {
  for (const { login, times, ...habit } of HABITS) {
    const account = await accountOf(login)
    if (account === undefined) continue
    await store.transact(caller, async (tx) => { for (let time = 0; time < times; time += 1) await tx.countOrders({ account, ...habit }) })
  }
}
