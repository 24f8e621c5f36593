/** What a hospital's commit does at the center: its versions and documents are put there as they are, each document is verified and listed, and one audit row says so. */
import { ApplyRefused, type ApplyEntry, type EnrolledNode, type EntryItem } from '../model/exchange.ts'
import type { NewDocument, VerifiedSignature, Write } from '../model/ports.ts'
import { readDocument } from './document-facts.ts'
import { findCosignatures } from './cosignature-facts.ts'
import { buildReceivedRow } from './received-row.ts'

export interface ApplyDeps {
  /** Both signatures, both digests, and that the row says what was signed, against the authority of this hospital. Never throws for a bad document. */
  readonly verify: (node: EnrolledNode, document: NewDocument) => Promise<VerifiedSignature>
}

export const createApplyEntry = ({ verify }: ApplyDeps): ApplyEntry => async (tx, node, { header, parts }) => {
  const writes: Write[] = []
  for (const [i, item] of header.items.entries()) {
    const pieces = parts[i] ?? []
    if (item.kind === 'resource') writes.push(toWrite(item, pieces))
    else {
      const { document, createdAt } = readDocument(pieces)
      if (document.id !== item.id || document.patient !== header.patient) throw new ApplyRefused('document-mismatch')
      await tx.addDocument(document, createdAt)
      await tx.addReceived(buildReceivedRow(document, await verify(node, document)))
    }
  }
  for (const round of inRounds(writes)) await tx.write(round)
  for (const { cosignature, at } of findCosignatures(writes)) if (!await tx.addCosignature(cosignature, at)) throw new ApplyRefused('cosignature-mismatch')
  await tx.audit({
    action: 'C', interaction: 'exchange-apply', outcome: 'success', detail: `${node.node} ${header.epoch} ${header.seq}`, ...(header.patient !== null && header.patient !== '' && { patient: header.patient }),
  })
}

const toWrite = (item: Extract<EntryItem, { kind: 'resource' }>, [body]: readonly Uint8Array[]): Write => {
  if (body === undefined) throw new ApplyRefused('body-length')
  return {
    op: 'put-exact', key: { type: item.type, id: item.id }, version: item.version, lastUpdated: item.lastUpdated, deleted: item.deleted, immutable: item.immutable, body: decode(body),
  }
}

const decode = (bytes: Uint8Array): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (cause) {
    throw new ApplyRefused('not-utf8', { cause })
  }
}

/** A commit may hold two versions of one resource; one write call takes each resource once. Order is kept. */
const inRounds = (writes: readonly Write[]): Write[][] => {
  const rounds: Write[][] = []
  const seen = new Map<string, number>()
  for (const write of writes) {
    const key = `${write.key.type}/${write.key.id}`
    const at = seen.get(key) ?? 0
    seen.set(key, at + 1)
    const round = rounds[at] ?? []
    rounds[at] = round
    round.push(write)
  }
  return rounds
}
