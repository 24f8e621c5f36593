/** The center's database in memory: transactions that are all or nothing, may die at any await, and one lock for each node. */
import { readHeader, decodeEntry } from '#api/exchange/core/entry.ts'
import { NOTHING } from '#api/exchange/core/progress.ts'
import type { EnrolledNode, EntryState, Inbox, InboxProgress, InboxTransaction, NewInboxRow, NodeRegistry } from '#api/model/exchange.ts'
import { Crash, type Chance } from './random.ts'

interface Row extends NewInboxRow { readonly state: EntryState; readonly reason: string | null }
interface Effect { readonly patient: string | null; readonly pseq: number; readonly seq: number; readonly text: string }
interface State { readonly rows: Map<number, Row>; readonly orders: Map<string, number>; readonly receipts: Map<number, string>; readonly effects: Effect[]; progress: InboxProgress }

/** Builds that are broken on purpose: the rig must catch each. */
export interface CenterFaults {
  readonly dedupe?: 'off'
  readonly order?: 'off'
  /** The answer is given although the commit failed. */
  readonly ack?: 'before-commit'
}

export interface Center {
  readonly inbox: Inbox
  readonly registry: NodeRegistry
  state(): State
}

const empty: InboxProgress = { received: NOTHING, applied: NOTHING, headSeen: 0, parked: 0, quarantinedCount: 0 }

export const createCenter = (node: EnrolledNode, chance: Chance, crashes: () => number, faults: CenterFaults = {}): Center => {
  let committed: State = { rows: new Map(), orders: new Map(), receipts: new Map(), effects: [], progress: empty }
  let turn: Promise<unknown> = Promise.resolve()

  const copy = (state: State): State => ({ rows: new Map(state.rows), orders: new Map(state.orders), receipts: new Map(state.receipts), effects: [...state.effects], progress: state.progress })
  const mayDie = (where: string): void => {
    if (chance.happens(crashes())) throw new Crash(where)
  }

  const open = (state: State): InboxTransaction => {
    const at = async <T>(where: string, work: () => T): Promise<T> => {
      await Promise.resolve()
      mayDie(where)
      return work()
    }
    return {
      progress: () => at('progress', () => state.progress),
      known: (seqs) => at('known', () => faults.dedupe === 'off' ? [] : seqs.flatMap((seq) => {
        const row = state.rows.get(seq)
        return row === undefined ? [] : [{ seq, entryHash: row.entryHash, receipt: row.receipt, state: row.state }]
      })),
      insert: (rows) => at('insert', () => {
        for (const row of rows) {
          if (state.rows.has(row.seq) && faults.dedupe !== 'off') throw new Error('inbox_entry_key')
          state.rows.set(row.seq, { ...row, state: 'received', reason: null })
        }
      }),
      hashesAt: (seqs) => at('hashesAt', () => seqs.flatMap((seq) => {
        const row = state.rows.get(seq)
        return row === undefined || (row.state !== 'applied' && row.state !== 'parked') ? [] : [{ seq, entryHash: row.entryHash, prevHash: row.prevHash }]
      })),
      appliedOrder: (patient) => at('appliedOrder', () => state.orders.get(patient) ?? 0),
      setAppliedOrder: (patient, pseq) => at('setAppliedOrder', () => void state.orders.set(patient, pseq)),
      parked: (patient, pseq) => at('parked', () => [...state.rows.values()].find((row) => row.state === 'parked' && row.patient === patient && row.pseq === pseq)),
      setState: (seq, next, reason) => at('setState', () => {
        const row = state.rows.get(seq)
        if (row === undefined) throw new Error('no such row')
        state.rows.set(seq, { ...row, state: next, reason })
      }),
      quarantined: () => at('quarantined', () => [...state.rows.values()].filter((row) => row.state === 'quarantined').map((row) => ({ seq: row.seq, reason: row.reason ?? '' }))),
      saveProgress: (progress) => at('saveProgress', () => void (state.progress = progress)),
      nextReceipt: () => at('nextReceipt', () => state.receipts.size + 1),
      addReceipt: (receipt, text) => at('addReceipt', () => void state.receipts.set(receipt, text)),
      receipts: (numbers) => at('receipts', () => numbers.flatMap((number) => state.receipts.get(number) ?? [])),
      apply: ({ header, parts }) => at('apply', () => void state.effects.push({ patient: header.patient, pseq: header.pseq, seq: header.seq, text: new TextDecoder().decode(parts[0]?.[0]) })),
    }
  }

  const orderOff = (tx: InboxTransaction): InboxTransaction => {
    let asked = 0
    return {
      ...tx,
      async insert(rows) {
        asked = rows[0]?.pseq ?? 0
        await tx.insert(rows)
      },
      // whatever comes is said to be the next
      appliedOrder: () => Promise.resolve(asked++ - 1),
    }
  }

  const inbox: Inbox = {
    look: () => Promise.resolve({
      progress: committed.progress, cursorHash: committed.rows.get(committed.progress.received.cursor)?.entryHash ?? '',
      quarantined: [...committed.rows.values()].filter((row) => row.state === 'quarantined').map((row) => ({ seq: row.seq, reason: row.reason ?? '' })),
    }),
    transact(_node, _epoch, work) {
      const mine = turn.catch(() => undefined).then(async () => {
        const draft = copy(committed)
        const answer = await work(faults.order === 'off' ? orderOff(open(draft)) : open(draft))
        if (faults.ack === 'before-commit' && chance.happens(crashes() * 10)) return answer
        mayDie('commit')
        committed = draft
        return answer
      })
      turn = mine
      return mine
    },
  }

  const registry: NodeRegistry = {
    find: (name) => Promise.resolve(name === node.node ? node : undefined),
    list: () => Promise.resolve([node]),
    contact: () => Promise.resolve(),
    refused: () => Promise.resolve(),
  }
  return { inbox, registry, state: () => committed }
}

/** What a stored row holds, for the checker. */
export const textOf = (raw: Uint8Array): { header: ReturnType<typeof readHeader>; text: string } => {
  const entry = decodeEntry(raw)
  return { header: readHeader(entry.header), text: new TextDecoder().decode(entry.body) }
}
