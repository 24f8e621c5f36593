/** What happens to the entries of one batch inside the receiver's transaction: the repeated ones keep their first receipt, the new ones are stored, judged and applied in each patient's order. */
import { ApplyRefused, type EnrolledNode, type EntryHeader, type InboxProgress, type InboxTransaction, type Receipt, type SealedEntry } from '../model/exchange.ts'
import { decideApply } from './core/apply-decision.ts'
import { NO_HASH, sameBytes, sha256, toHex } from './core/digest.ts'
import { decodeEntry, findTampering, readHeader, SCHEMA, splitBody } from './core/entry.ts'
import { ExchangeFormatError } from './core/format-error.ts'
import { addAll, toRanges } from './core/progress.ts'

interface Arrived { readonly seq: number; readonly raw: Uint8Array }
type SignReceipt = (receipt: Pick<Receipt, 'seqs' | 'received' | 'nodeHeadSeen'>) => Promise<string>
export interface Received { readonly receipts: readonly string[]; readonly progress: InboxProgress }

/** A new entry, read as far as it can be. `fault`: why it can never take effect as it came. */
interface Read extends Arrived {
  readonly entry: SealedEntry | undefined
  readonly header: EntryHeader | undefined
  readonly fault: string | undefined
}

/** Throws ExchangeFormatError 'sequence-reused': a number comes again with other content; then nothing of the batch is stored. */
export const receiveEntries = async (tx: InboxTransaction, node: EnrolledNode, epoch: string, arrived: readonly Arrived[], signReceipt: SignReceipt): Promise<Received> => {
  const before = await tx.progress()
  const entries = arrived.map((each) => readEntry(node, epoch, each)).sort((a, b) => a.seq - b.seq)
  const known = new Map((await tx.known(entries.map((each) => each.seq))).map((row) => [row.seq, row]))
  for (const each of entries) {
    const row = known.get(each.seq)
    if (row !== undefined && row.entryHash !== hashOf(each)) throw new ExchangeFormatError('sequence-reused')
  }
  const fresh = entries.filter((each) => !known.has(each.seq))
  const repeated = await tx.receipts([...new Set([...known.values()].map((row) => row.receipt))].sort((a, b) => a - b))
  if (fresh.length === 0) return { receipts: repeated, progress: before }

  const receipt = await tx.nextReceipt()
  await tx.insert(fresh.map((each) => ({
    seq: each.seq, raw: each.raw, entryHash: hashOf(each), prevHash: each.entry === undefined ? '' : toHex(each.entry.prevHash),
    patient: each.header?.patient ?? null, pseq: each.header?.pseq ?? 0, receipt,
  })))
  const effects = await takeEffect(tx, fresh)
  const seqs = fresh.map((each) => each.seq)
  const progress: InboxProgress = {
    received: addAll(before.received, seqs),
    applied: addAll(before.applied, effects.applied),
    headSeen: Math.max(before.headSeen, ...seqs),
    parked: before.parked + effects.parked,
    quarantinedCount: before.quarantinedCount + effects.quarantined,
  }
  await tx.saveProgress(progress)
  const text = await signReceipt({ seqs: toRanges(seqs), received: progress.received, nodeHeadSeen: progress.headSeen })
  await tx.addReceipt(receipt, text)
  return { receipts: [...repeated, text], progress }
}

const hashOf = (each: Read): string => toHex(each.entry?.entryHash ?? sha256(each.raw))

const readEntry = (node: EnrolledNode, epoch: string, { seq, raw }: Arrived): Read => {
  let entry: SealedEntry | undefined
  let header: EntryHeader | undefined
  try {
    entry = decodeEntry(raw)
    header = readHeader(entry.header)
  } catch (error) {
    if (!(error instanceof ExchangeFormatError)) throw error
    return { seq, raw, entry, header, fault: error.reason }
  }
  const claimed = header.node === node.node && header.tenant === node.tenant && header.epoch === epoch && header.seq === seq
  const inOrder = (header.patient === null) === (header.pseq === 0)
  const unfit = header.schema > SCHEMA ? 'schema-unknown' : !claimed || !inOrder ? 'header-mismatch' : header.kind === 'incomplete' ? 'version-missing' : undefined
  const fault = findTampering(entry) ?? unfit
  return { seq, raw, entry, header, fault }
}

interface Effects { readonly applied: number[]; parked: number; quarantined: number }

const takeEffect = async (tx: InboxTransaction, fresh: readonly Read[]): Promise<Effects> => {
  const effects: Effects = { applied: [], parked: 0, quarantined: 0 }
  for (const { seq, entry, header, fault } of fresh) {
    const wrong = fault ?? (entry !== undefined && await breaksChain(tx, seq, entry) ? 'chain-broken' : undefined)
    if (wrong !== undefined || entry === undefined || header === undefined) {
      effects.quarantined += 1
      await tx.setState(seq, 'quarantined', wrong ?? 'entry-malformed')
      continue
    }
    const decision = decideApply(header.pseq, header.patient === null ? 0 : await tx.appliedOrder(header.patient))
    if (decision.do === 'park') {
      effects.parked += 1
      await tx.setState(seq, 'parked', null)
    } else if (decision.do === 'quarantine') {
      effects.quarantined += 1
      await tx.setState(seq, 'quarantined', decision.reason)
    } else if (await applyOne(tx, seq, { header, body: entry.body }, effects)) {
      await releaseParked(tx, header, effects)
    }
  }
  return effects
}

/** Whether the entry does not hang together with a neighbour that was found good before it. */
const breaksChain = async (tx: InboxTransaction, seq: number, entry: SealedEntry): Promise<boolean> => {
  if (seq === 1 && !sameBytes(entry.prevHash, NO_HASH)) return true
  const around = await tx.hashesAt([seq - 1, seq + 1])
  return around.some((other) => (other.seq < seq ? other.entryHash !== toHex(entry.prevHash) : other.prevHash !== '' && other.prevHash !== toHex(entry.entryHash)))
}

const applyOne = async (tx: InboxTransaction, seq: number, entry: { header: EntryHeader; body: Uint8Array }, effects: Effects): Promise<boolean> => {
  try {
    await tx.apply({ header: entry.header, parts: splitBody(entry.header, entry.body) })
  } catch (error) {
    if (!(error instanceof ApplyRefused) && !(error instanceof ExchangeFormatError)) throw error
    effects.quarantined += 1
    await tx.setState(seq, 'quarantined', error.reason)
    return false
  }
  await tx.setState(seq, 'applied', null)
  if (entry.header.patient !== null) await tx.setAppliedOrder(entry.header.patient, entry.header.pseq)
  effects.applied.push(seq)
  return true
}

/** Whatever waited for this entry, and then for that one. A parked entry was read and checked when it came. */
const releaseParked = async (tx: InboxTransaction, applied: EntryHeader, effects: Effects): Promise<void> => {
  let header = applied
  while (header.patient !== null) {
    const next = await tx.parked(header.patient, header.pseq + 1)
    if (next === undefined) return
    const entry = decodeEntry(next.raw)
    header = readHeader(entry.header)
    effects.parked -= 1
    if (!await applyOne(tx, next.seq, { header, body: entry.body }, effects)) return
  }
}
