/** What the signed-in person has on this PC, opened once for a session: drafts, what was sent today, copies to read when the cable is cut, and which of them were read then. */
import { defineStore } from 'pinia'
import type { Kept } from './kept-addresses.ts'
import { useSession } from '#web/session/session.ts'
import { openDraftRows, type DraftRows, type Fate } from './draft-rows.ts'
import { forgetKey, OFFLINE_MS } from './device-key.ts'
import { openDevice, openRows, toCipher, type Rows } from './sealed-rows.ts'

/** Reached the server, or was let go: then what it was is kept for the day, to be taken back. */
export interface Sent { readonly kind: 'draft' | 'saved' | 'signed' | 'discarded'; readonly patient: string; readonly path: string; readonly body?: string; readonly fate?: Fate }
export interface Copy { readonly url: string; readonly text: string }
/** As the server wants to hear of it (api/http/offline-readings.ts). */
export interface Reading { readonly what: Kept; readonly id: string; readonly at: string; readonly copyAt: string }

export interface Device {
  readonly account: string
  readonly drafts: DraftRows
  readonly sent: Rows<Sent>
  readonly copies: Rows<Copy>
  readonly readings: Rows<Reading>
  /** A name that says nothing to who has no key. */
  nameOf(text: string): Promise<string>
}

const DAY_MS = 24 * 3_600_000
/** An unreported reading is not dropped before it could be reported. */
const READING_MS = 90 * DAY_MS

export const useDevice = defineStore('device', () => {
  const session = useSession()
  let opened: { readonly of: string; readonly device: Promise<Device | undefined> } | undefined

  async function openFor(account: string, key: string): Promise<Device> {
    const [cipher, database] = await Promise.all([toCipher(key), openDevice()])
    const rows = await Promise.all([
      openDraftRows(account, cipher), openRows<Sent>(database, 'sent', account, cipher, DAY_MS),
      openRows<Copy>(database, 'copies', account, cipher, OFFLINE_MS), openRows<Reading>(database, 'readings', account, cipher, READING_MS),
    ])
    const [drafts, sent, copies, readings] = rows
    return {
      account, drafts, sent, copies, readings,
      async nameOf(text) {
        const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(`${key}\n${text}`))
        return [...new Uint8Array(digest, 0, 16)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
      },
    }
  }
  /** undefined: nobody is signed in, or the browser keeps nothing. */
  function open(): Promise<Device | undefined> {
    const { account: { id } = { id: '' }, localKey } = session.info ?? {}
    if (localKey === undefined) return Promise.resolve(undefined)
    // a browser that keeps nothing now may do so the next time it is asked
    if (opened?.of !== id) opened = { of: id, device: openFor(id, localKey).catch(() => { opened = undefined; return undefined }) }
    return opened.device
  }
  /** Nothing that this person had here is left, but the record of what was read without the server. */
  async function forget(): Promise<void> {
    const device = await open()
    if (!device || !session.info) return
    await forgetKey(session.info.account.login)
    await forgetCopies()
    for (const { name } of await device.drafts.all()) await device.drafts.drop(name)
    await device.sent.drop(...(await device.sent.names()).map(({ name }) => name))
  }
  async function forgetCopies(): Promise<void> {
    const device = await open()
    await device?.copies.drop(...(await device.copies.names()).map(({ name }) => name))
  }
  return { open, forget, forgetCopies }
})
