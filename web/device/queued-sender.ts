/** How a feature sends what waits in the outbox: features/NAME/send-queued.ts exports `default` one of these, and is loaded when something of it waits. */
import type { LocalDraft } from './draft-rows.ts'

export interface Queued extends LocalDraft { readonly name: string; readonly fate: NonNullable<LocalDraft['fate']> }

/** `merge`: others changed the same meanwhile; nothing was sent, somebody has to choose. */
export type Delivery = { readonly kind: 'draft'; readonly base: number } | { readonly kind: 'saved' } | { readonly kind: 'merge' }

export interface QueuedSender {
  /** Beginning of the names that are its own. */
  readonly prefix: string
  /** Sends it once, over nothing that is newer; throws what the server, or the line, says against it. */
  send(item: Queued, signal: AbortSignal): Promise<Delivery>
}

const files = import.meta.glob<QueuedSender>('../features/*/send-queued.ts', { import: 'default' })

export const findSender = async (name: string): Promise<QueuedSender | undefined> => {
  const senders = await Promise.all(Object.values(files).map((load) => load()))
  return senders.find(({ prefix }) => name.startsWith(prefix))
}
