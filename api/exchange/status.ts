/** How far this hospital's journal has come, in the figures that its administrator sees. */
import type { JournalReader, PeerStore } from '../model/exchange.ts'
import type { ExchangeStatus } from '../model/ports.ts'
import { countOf, NOTHING } from './core/progress.ts'

export const readExchangeStatus = async ({ journal, peer }: { readonly journal: JournalReader; readonly peer: PeerStore }): Promise<ExchangeStatus> => {
  const head = await journal.head()
  const known = await peer.load()
  // what is known of another epoch says nothing about this one
  const state = known?.epoch === head.epoch ? known : undefined
  const applied = countOf(state?.applied ?? NOTHING)
  const oldest = await journal.oldestPending(state?.applied ?? NOTHING)
  return {
    sealed: head.seq, sent: countOf(state?.received ?? NOTHING), applied, pending: Math.max(0, head.seq + head.unsealed - applied), quarantined: state?.quarantinedCount ?? 0,
    ...(known?.lastContact != null && { lastContact: known.lastContact }), ...(oldest !== undefined && { oldestPending: oldest }),
    ...(known?.lastError != null && { lastError: known.lastError }),
  }
}
