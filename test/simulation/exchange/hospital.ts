/** The hospital's database in memory: commits, sealing by the product's own functions, and what the sender may read of it. */
import { NO_HASH, sha256, toHex } from '#api/exchange/core/digest.ts'
import { SCHEMA, sealEntry } from '#api/exchange/core/entry.ts'
import { contains } from '#api/exchange/core/progress.ts'
import { sealOrder } from '#api/exchange/core/seal-order.ts'
import type { JournalReader, PeerState, PeerStore, SealedEntry, Unsealed } from '#api/model/exchange.ts'
import type { Chance } from './random.ts'

export const TENANT = 900
export const NODE = 'h900'
const EPOCH = 'e1'

interface Commit extends Unsealed { readonly text: string; readonly poison: boolean }
export interface Sealed { readonly seq: number; readonly patient: string | null; readonly pseq: number; readonly text: string; readonly poison: boolean; readonly entry: SealedEntry }

export interface Hospital {
  readonly sealed: Sealed[]
  readonly journal: JournalReader
  readonly peer: PeerStore
  peerState(): PeerState | undefined
  commit(patient: string | null, poison: boolean): void
  seal(): void
}

export const createHospital = (chance: Chance): Hospital => {
  const unsealed: Commit[] = []
  const sealed: Sealed[] = []
  const heads = new Map<string, number>()
  let jid = 0n
  let hash = NO_HASH
  let state: PeerState | undefined

  const journal: JournalReader = {
    head: () => Promise.resolve({ epoch: EPOCH, seq: sealed.length, hash: toHex(hash), unsealed: unsealed.length }),
    hashAt: (seq) => Promise.resolve(sealed[seq - 1] === undefined ? undefined : toHex(sealed[seq - 1]?.entry.entryHash ?? NO_HASH)),
    // delivery order is free: lanes and resumed transfers send what they like of what is missing
    next: (received, limits) => {
      const missing = sealed.filter(({ seq }) => !contains(received, seq))
      const some = missing.filter(() => chance.happens(0.7)).slice(0, Math.min(limits.entries, 1 + chance.below(8)))
      return Promise.resolve((some.length > 0 ? some : missing.slice(0, 1)).map(({ seq, entry }) => ({ seq, entry })))
    },
    oldestPending: () => Promise.resolve(undefined),
  }

  return {
    sealed, journal,
    peer: { load: () => Promise.resolve(state), save: (next) => Promise.resolve(void (state = next)) },
    peerState: () => state,
    commit(patient, poison) {
      const pseq = patient === null ? 0 : (heads.get(patient) ?? 0) + 1
      if (patient !== null) heads.set(patient, pseq)
      // writers draw their numbers by clocks of their own
      jid += 1n
      unsealed.push({ jid: jid * 4n + BigInt(chance.below(12)) * 1000n + jid, patient, pseq, poison, text: `{"n":${jid},"value":1.${chance.below(10)}0}` })
    },
    seal() {
      for (const row of sealOrder(unsealed.splice(0))) {
        const seq = sealed.length + 1
        const body = new TextEncoder().encode(row.text)
        const part = sealEntry({
          schema: SCHEMA, node: NODE, tenant: TENANT, epoch: EPOCH, seq, pseq: row.pseq, patient: row.patient, prio: 2, kind: 'commit', at: '2026-11-22T00:00:00Z',
          items: [{ kind: 'resource', type: 'Observation', id: `o${row.jid}`, version: 1, lastUpdated: '2026-11-22T00:00:00Z', deleted: false, immutable: false, length: body.length }],
        }, sha256(body), hash)
        hash = part.entryHash
        // someone changed the stored body after it was sealed
        const shipped = row.poison ? new TextEncoder().encode(row.text.replace('1.', '7.')) : body
        sealed.push({ seq, patient: row.patient, pseq: row.pseq, text: row.text, poison: row.poison, entry: { ...part, body: shipped } })
      }
    },
  }
}
