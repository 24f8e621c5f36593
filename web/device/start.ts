/** What this PC does for the day without a server, as far as every page needs it; the rest is loaded when somebody is signed in. */
import { watch } from 'vue'
import type { Copies } from '#web/fhir/client.ts'
import type { useConnection } from '#web/session/connection.ts'
import type { Session } from '#web/session/session.ts'

const desk = (): Promise<typeof import('./copy-desk.ts')> => import('./copy-desk.ts')
const isHospital = (session: Session): boolean => session.info?.site === 'hospital' && globalThis.crypto.subtle !== undefined

/** The screens themselves, so that they open without the server: web/offline/service-worker.ts. */
const keepScreens = (): void => {
  if (import.meta.env.PROD) void navigator.serviceWorker?.register('/sw.js', { updateViaCache: 'none' }).catch(() => undefined)
}

export function startDevice(session: Session, connection: ReturnType<typeof useConnection>): Copies {
  connection.whenBack(() => session.resume())
  watch(() => session.info?.account.id, (account) => {
    if (account === undefined || !isHospital(session)) return
    // behind the first page: nothing here is in a hurry
    setTimeout(() => {
      keepScreens()
      void import('./tasks.ts').then(({ startTasks }) => startTasks()).catch(() => undefined)
    }, 1500)
  })
  return {
    keep: (url, answer) => { if (isHospital(session) && !session.offline) void desk().then(({ keepCopy }) => keepCopy(url, answer)).catch(() => undefined) },
    find: (url) => (isHospital(session) && !session.reloginWanted ? desk().then(({ findCopy }) => findCopy(url)).catch(() => undefined) : Promise.resolve(undefined)),
    drop: (url) => { void desk().then(({ dropCopy }) => dropCopy(url)).catch(() => undefined) },
  }
}
