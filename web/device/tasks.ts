/** Behind every page of somebody signed in: the outbox sends when the server is there, what was read without it is reported, and copies go when the person's rights have changed. */
import { watch } from 'vue'
import { useConnection } from '#web/session/connection.ts'
import { useSession } from '#web/session/session.ts'
import { reportReadings } from './copy-desk.ts'
import { useDevice } from './device.ts'
import { touchKey } from './device-key.ts'
import { useOutbox } from './outbox.ts'

const AGAIN_MS = 30_000
/** As long as the server lets a session rest (api/security/sessions.ts). */
const IDLE_MS = 30 * 60_000

export function startTasks(): void {
  const [session, connection, outbox, device] = [useSession(), useConnection(), useOutbox(), useDevice()]
  const ready = (): boolean => session.info !== undefined && !session.offline && connection.reachable
  watch(() => session.info, async (info) => { if (info && !session.offline && await touchKey(info)) await device.forgetCopies() }, { immediate: true })
  const work = async (): Promise<void> => {
    if (!ready()) return outbox.refresh()
    // a report that fails is tried again: the readings stay until the server has them
    await reportReadings().catch(() => undefined)
    await outbox.run()
  }
  // without the server nobody else ends a session that is left alone
  let usedAt = Date.now()
  for (const kind of ['keydown', 'pointerdown'] as const) window.addEventListener(kind, () => { if (!session.reloginWanted) usedAt = Date.now() }, { capture: true, passive: true })
  watch(() => session.reloginWanted, () => { usedAt = Date.now() })
  const lock = (): void => {
    const ended = Date.now() - usedAt > IDLE_MS
    if (session.info && !ready() && ended && !session.reloginWanted) void session.askRelogin()
  }
  watch(ready, () => { void work() }, { immediate: true })
  setInterval(() => { lock(); void work() }, AGAIN_MS)
}
