/** Keeps what is typed: on this PC after a second, at the server after five or when the field is left; a newer copy from either place is offered at opening. */
import { onBeforeUnmount, ref, shallowRef, type Ref } from 'vue'
import type { Draft } from '#api/model/site.ts'
import { put, remove } from '#web/fhir/client.ts'
import { isFailure } from '#web/fhir/failure-text.ts'
import { useSession } from '#web/session/session.ts'
import { openDraftStore, type LocalDraft } from './draft-store.ts'

const LOCAL_MS = 1_000
const SERVER_MS = 5_000

export type DraftState = 'none' | 'typing' | 'local' | 'server' | 'conflict'

export interface Drafts {
  readonly state: Ref<DraftState>
  readonly savedAt: Ref<string | undefined>
  /** The newest draft of this visit, if any. */
  open(fromServer: Draft | undefined): Promise<LocalDraft | undefined>
  changed(body: string): void
  flush(): Promise<void>
  /** What was typed elsewhere and has given way to what is typed here: kept on this PC until it is taken up or let go. */
  readonly aside: Ref<LocalDraft | undefined>
  /** Goes on from what is typed here; another copy at the server is put aside first. */
  takeOver(fromServer: Draft | undefined): Promise<void>
  putAside(draft: LocalDraft | undefined): Promise<void>
  drop(): Promise<void>
  /** After signing: the server has dropped its copy. */
  dropLocal(): Promise<void>
}

export function useDraft(key: string): Drafts {
  const session = useSession()
  const state = ref<DraftState>('none')
  const savedAt = ref<string>()
  const aside = shallowRef<LocalDraft>()
  let base = 0
  let pending: string | undefined
  let localTimer: ReturnType<typeof setTimeout> | undefined
  let serverTimer: ReturnType<typeof setTimeout> | undefined
  const asideKey = `${key}/aside`
  const account = session.info?.account.id ?? ''
  const localKey = session.info?.localKey
  const local = localKey ? openDraftStore(account, localKey).catch(() => undefined) : Promise.resolve(undefined)

  async function saveLocal(): Promise<void> {
    clearTimeout(localTimer)
    localTimer = undefined
    if (pending === undefined) return
    const updatedAt = new Date().toISOString()
    await (await local)?.put(key, { body: pending, updatedAt })
    savedAt.value = updatedAt
    if (state.value === 'typing') state.value = 'local'
  }
  async function saveServer(): Promise<void> {
    clearTimeout(serverTimer)
    serverTimer = undefined
    const body = pending
    if (body === undefined) return
    try {
      const saved = await put<Draft>(`/api/drafts/${encodeURIComponent(key)}`, { body, base }, { relogin: false })
      base = saved.version
      savedAt.value = saved.updatedAt
      if (pending === body) { pending = undefined; state.value = 'server' }
    } catch (error) {
      if (isFailure(error, 'version-conflict')) state.value = 'conflict'
      // otherwise the copy on this PC stands, and the next change tries again
    }
  }
  async function putAside(draft: LocalDraft | undefined): Promise<void> {
    aside.value = draft
    const store = await local
    await (draft ? store?.put(asideKey, draft) : store?.drop(asideKey))
  }
  const flush = async (): Promise<void> => { await saveLocal(); if (state.value !== 'conflict') await saveServer() }

  const onHide = (): void => { if (document.visibilityState === 'hidden') void flush() }
  document.addEventListener('visibilitychange', onHide)
  window.addEventListener('pagehide', onHide)
  const unregister = session.beforeSignOut(flush)
  onBeforeUnmount(() => {
    document.removeEventListener('visibilitychange', onHide)
    window.removeEventListener('pagehide', onHide)
    unregister()
    void flush()
  })

  return {
    state, savedAt, flush, aside, putAside,
    async takeOver(fromServer) {
      if (fromServer && fromServer.version !== base) await putAside({ body: fromServer.body, updatedAt: fromServer.updatedAt })
      base = fromServer?.version ?? 0
      state.value = 'typing'
    },
    async open(fromServer) {
      base = fromServer?.version ?? 0
      const here = await (await local)?.get(key)
      aside.value = await (await local)?.get(asideKey)
      const newest = here && (!fromServer || here.updatedAt > fromServer.updatedAt) ? here : fromServer
      if (newest) { state.value = newest === here ? 'local' : 'server'; savedAt.value = newest.updatedAt }
      return newest
    },
    changed(body) {
      pending = body
      if (state.value !== 'conflict') state.value = 'typing'
      // counted from the first change that is not kept yet: who types without a pause is kept all the same
      localTimer ??= setTimeout(() => { void saveLocal() }, LOCAL_MS)
      serverTimer ??= setTimeout(() => { void saveServer() }, SERVER_MS)
    },
    async dropLocal() {
      clearTimeout(localTimer)
      clearTimeout(serverTimer)
      localTimer = serverTimer = undefined
      pending = undefined
      base = 0
      await (await local)?.drop(key)
      await putAside(undefined)
      state.value = 'none'
      savedAt.value = undefined
    },
    async drop() {
      await this.dropLocal()
      await remove(`/api/drafts/${encodeURIComponent(key)}`)
    },
  }
}
