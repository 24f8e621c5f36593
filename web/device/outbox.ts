/**
 * The outbox of the signed-in person on this PC: sends what the server has not, one after the other from the oldest, each once and over nothing newer; says what waits, what was sent today, and why.
 * One window sends (Web Locks, https://www.w3.org/TR/web-locks/), and never what an open sheet is about to send itself.
 */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { RequestError } from '#web/fhir/request-error.ts'
import { useConnection } from '#web/session/connection.ts'
import { useSession } from '#web/session/session.ts'
import { waitingHere } from '#web/shell/waiting-here.ts'
import { dayOf, today } from '#web/ui/format.ts'
import { useDevice, type Sent } from './device.ts'
import { dueOf, isPassing, waitingOf } from './outbox-view.ts'
import { findSender, type Queued } from './queued-sender.ts'
import type { Row } from './sealed-rows.ts'

/** Milliseconds that the server has to answer. */
const PATIENCE = 20_000

/** Held, shared, by every window that has a draft open: it sends that draft itself. */
export const sheetLock = (account: string, name: string): string => `emr-sheet ${account} ${name}`
export const OUTBOX_CHANNEL = 'emr-outbox'

export const useOutbox = defineStore('outbox', () => {
  const device = useDevice()
  const session = useSession()
  const connection = useConnection()
  const waiting = shallowRef<readonly Queued[]>([])
  const sent = shallowRef<readonly Row<Sent>[]>([])
  const loaded = ref(false)
  const sending = ref<string>()
  const online = computed(() => connection.reachable && !session.offline)
  const channel = new BroadcastChannel(OUTBOX_CHANNEL)
  channel.addEventListener('message', () => { void refresh() })

  async function refresh(): Promise<void> {
    const mine = await device.open()
    waiting.value = mine ? waitingOf(await mine.drafts.all(), Date.now()) : []
    sent.value = mine ? (await mine.sent.all()).filter(({ at }) => dayOf(new Date(at)) === today()).toReversed() : []
    waitingHere.value = waiting.value.length
    loaded.value = true
  }
  async function changed(): Promise<void> {
    channel.postMessage('changed')
    await refresh()
  }
  /** Answers whether the next one may be tried. */
  async function deliver(name: string): Promise<boolean> {
    const mine = await device.open()
    const draft = await mine?.drafts.get(name)
    // another window may have sent it meanwhile
    if (!mine || !draft?.fate || draft.fate.sent) return true
    const item: Queued = { ...draft, name, fate: draft.fate }
    const { patient, path } = item.fate
    try {
      const delivery = await (await findSender(name))?.send(item, AbortSignal.timeout(PATIENCE)) ?? { kind: 'merge' as const }
      if (delivery.kind === 'merge') await mine.drafts.replace(name, draft.updatedAt, { ...draft, fate: { ...item.fate, triedAt: new Date().toISOString(), reason: 'merge' } })
      else {
        if (delivery.kind === 'saved') await mine.drafts.replace(name, draft.updatedAt, undefined)
        else await mine.drafts.replace(name, draft.updatedAt, { ...draft, fate: { want: 'draft', sent: true, base: delivery.base, since: item.fate.since, patient, path } })
        await mine.sent.put(name, { kind: delivery.kind, patient, path })
      }
      return true
    } catch (error) {
      const reason = error instanceof RequestError ? error.code : 'network'
      await mine.drafts.replace(name, draft.updatedAt, { ...draft, fate: { ...item.fate, triedAt: new Date().toISOString(), reason } })
      return !isPassing(reason)
    }
  }
  /** Everything that may go by itself, or the one that somebody asked for. */
  async function run(only?: string): Promise<void> {
    const mine = await device.open()
    if (!mine || !online.value) return refresh()
    await navigator.locks.request(`${OUTBOX_CHANNEL} ${mine.account}`, { ifAvailable: true }, async (mayRun) => {
      if (!mayRun) return
      for (const { name } of dueOf(await mine.drafts.all(), only)) {
        sending.value = name
        const next = await navigator.locks.request(sheetLock(mine.account, name), { ifAvailable: true }, async (free) => (free ? deliver(name) : true))
        sending.value = undefined
        if (!next) break
      }
    })
    await changed()
  }
  /** For the day it can be taken back. */
  async function discard(item: Queued): Promise<void> {
    const mine = await device.open()
    // a name of its own: neither what is sent later nor another one that is let go takes its place
    const kept = `${item.name}#${Date.now()}`
    await mine?.sent.put(kept, { kind: 'discarded', patient: item.fate.patient, path: item.fate.path, body: item.body, fate: item.fate })
    // another window has typed on: that was not what was let go
    if (await mine?.drafts.replace(item.name, item.updatedAt, undefined) === false) await mine?.sent.drop(kept)
    await changed()
  }
  async function restore({ name, value }: Row<Sent>): Promise<void> {
    const mine = await device.open()
    if (!mine || value.body === undefined || !value.fate) return
    // typed anew meanwhile: neither is thrown away
    const own = name.replace(/#\d+$/, '')
    const place = await mine.drafts.get(own) === undefined ? own : `${own}/aside`
    await mine.drafts.put(place, { body: value.body, updatedAt: value.fate.since, ...(place === own && { fate: value.fate }) })
    await mine.sent.drop(name)
    await changed()
  }
  return { waiting, sent, loaded, sending, online, refresh, changed, run, discard, restore }
})
