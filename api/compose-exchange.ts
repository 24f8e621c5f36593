/** The two ends of the exchange put together: at a hospital sealer, journal and sender, at the center register, inbox and receiver. For compose.ts, jobs/worker.ts and tests. */
import { createApplyEntry } from './center/apply-entry.ts'
import { sealing } from './exchange/core/entry.ts'
import { lacking } from './exchange/core/progress.ts'
import { createMessageSigner, messageVerifier, zstd } from './exchange/envelope.ts'
import { CENTER_NODE, nodeName, readOrMakeNodeKey } from './exchange/node-key.ts'
import { createReceiver } from './exchange/receiver.ts'
import { createSender, type Sender } from './exchange/sender.ts'
import { createHttpTransport } from './exchange/transport/https.ts'
import type { ApplyEntry, CenterIdentity, EnrolledNode, JournalReader, NodeRegistry, PeerStore, Receiver, Transport } from './model/exchange.ts'
import type { Clock, DocumentVerifier, IdSource, NewDocument, VerifiedSignature } from './model/ports.ts'
import { createVerifier } from './signing/verifier.ts'
import { openApplyTransaction } from './store/write/apply-transaction.ts'
import type { Database } from './store/connection/database.ts'
import { createInbox, type InboxDeps } from './store/center/inbox.ts'
import { createJournalReader } from './store/journal/read.ts'
import { createJournalSealer, type JournalSealer } from './store/journal/seal.ts'
import { createNodeRegistry } from './store/center/node-registry.ts'
import { createPeerStore } from './store/center/peer.ts'
import type { StoreOptions } from './store/resource-store.ts'

// ---------------------------------------------------------------- at a hospital

export interface HospitalExchangeOptions {
  readonly database: Database
  readonly secrets: string
  readonly clock: Clock
  readonly ids: IdSource
  readonly random?: () => number
  readonly heartbeat?: number
  readonly limits?: { readonly entries: number; readonly bytes: number }
}

export interface HospitalExchange {
  readonly sealer: JournalSealer
  readonly journal: JournalReader
  readonly peer: PeerStore
  sender(center: CenterIdentity, wire: { readonly url: string; readonly signal?: AbortSignal } | Transport): Sender
}

export const createHospitalExchange = async (options: HospitalExchangeOptions): Promise<HospitalExchange> => {
  const { database, clock, ids } = options
  const { key } = await readOrMakeNodeKey(options.secrets)
  const node = nodeName(database.tenant)
  const journal = createJournalReader(database, lacking)
  const peer = createPeerStore(database, CENTER_NODE)
  return {
    sealer: createJournalSealer({ database, sealing, node, clock }),
    journal, peer,
    sender: (center, wire) => createSender({
      center, journal, peer, transport: 'url' in wire ? createHttpTransport(wire) : wire, signer: createMessageSigner(node, key), verifier: messageVerifier, compression: zstd,
      clock, ids, random: options.random ?? Math.random, ...(options.heartbeat !== undefined && { heartbeat: options.heartbeat }), ...(options.limits && { limits: options.limits }),
    }),
  }
}

// ---------------------------------------------------------------- at the center

export interface CenterExchangeOptions {
  /** Tenant 0. */
  readonly database: Database
  readonly databaseOf: (tenant: number) => Promise<Database>
  readonly secrets: string
  readonly clock: Clock
  /** Of the resource store, as the center's FHIR routes build it. */
  readonly store?: Pick<StoreOptions, 'timeZone' | 'bases'>
  /** Tests look over the shoulder here. */
  readonly wrapInbox?: (inbox: ReturnType<typeof createInbox>) => ReturnType<typeof createInbox>
  readonly wrapApply?: (apply: ApplyEntry) => ApplyEntry
}

export interface CenterExchange { readonly receiver: Receiver; readonly registry: NodeRegistry }

export const createCenterExchange = async (options: CenterExchangeOptions): Promise<CenterExchange> => {
  const { database, databaseOf, clock } = options
  const { key } = await readOrMakeNodeKey(options.secrets)
  const registry = createNodeRegistry(database)
  const apply = createApplyEntry({ verify: verifyShipped })
  const deps: InboxDeps = { databaseOf, apply: options.wrapApply?.(apply) ?? apply, openApply: openApplyTransaction({ clock, ...options.store }), compression: zstd, clock }
  const inbox = createInbox(deps)
  const receiver = createReceiver({ registry, inbox: options.wrapInbox?.(inbox) ?? inbox, signer: createMessageSigner(CENTER_NODE, key), verifier: messageVerifier, compression: zstd, clock })
  return { receiver, registry }
}

/** Only the hospital's own authority counts for its documents. Revocations are not shipped yet: the hospital refuses to sign with a revoked key. */
export const verifyOf = (node: EnrolledNode): DocumentVerifier => createVerifier({ trust: () => [{ tenant: node.tenant, authorityPem: node.authorityPem, revoked: [] }] })

const verifyShipped = (node: EnrolledNode, document: NewDocument): Promise<VerifiedSignature> => {
  const { bundle, pdf, ...facts } = document
  return verifyOf(node).verifyDocument({ ...facts, tenant: node.tenant }, { bundle, pdf })
}
