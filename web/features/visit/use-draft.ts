/**
 * Keeps what is typed: on this PC after a second, at the server after five or when the field is left; a newer copy from either place is offered at opening. What the server has not got waits in the
 * outbox (web/device) with its fate; while the sheet is open it sends that itself, as soon as the line is back.
 */
import { computed, onBeforeUnmount, ref, shallowRef, watch, type ComputedRef, type Ref } from 'vue'
import type { Draft } from '#api/model/site.ts'
import { useDevice, type Sent } from '#web/device/device.ts'
import type { Fate, LocalDraft } from '#web/device/draft-rows.ts'
import { sheetLock, useOutbox } from '#web/device/outbox.ts'
import { get, put, remove } from '#web/fhir/client.ts'
import { isFailure } from '#web/fhir/failure-text.ts'
import { RequestError } from '#web/fhir/request-error.ts'
import { useConnection } from '#web/session/connection.ts'
import { useSession } from '#web/session/session.ts'
import { chooseDraft } from './choose-draft.ts'

const LOCAL_MS = 1_000
const SERVER_MS = 5_000
/** What the outbox is just sending may take so long; then the sheet opens all the same. */
const LOCK_MS = 5_000

export type DraftState = 'none' | 'typing' | 'local' | 'server' | 'conflict' | 'queued'

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
  drop(as?: Sent['kind']): Promise<void>
  /** After signing: the server has dropped its copy. */
  dropLocal(as?: Sent['kind']): Promise<void>
  /** To be filed in the record as soon as the server is back. */
  queueSave(body: string): Promise<void>
  /** The server is there, and this waits to be filed. */
  readonly mayFile: ComputedRef<boolean>
  /** Something here is not at the server. */
  unsent(): boolean
}

export function useDraft(key: string, about: () => Pick<Fate, 'patient' | 'path'>): Drafts {
  const session = useSession()
  const connection = useConnection()
  const outbox = useOutbox()
  const state = ref<DraftState>('none')
  const savedAt = ref<string>()
  const aside = shallowRef<LocalDraft>()
  const want = ref<Fate['want']>('draft')
  let base = 0
  let pending: string | undefined
  let since: string | undefined
  let failed: Pick<Fate, 'triedAt' | 'reason'> = {}
  let localTimer: ReturnType<typeof setTimeout> | undefined
  let serverTimer: ReturnType<typeof setTimeout> | undefined
  let saving: Promise<void> = Promise.resolve()
  const asideKey = `${key}/aside`
  const address = `/api/drafts/${encodeURIComponent(key)}`
  const device = useDevice().open()
  const online = computed(() => connection.reachable && !session.offline)
  const mayFile = computed(() => online.value && want.value === 'save')

  // the outbox leaves alone what a window has open
  const closed = new AbortController()
  const held = new Promise<void>((resolve) => { closed.signal.addEventListener('abort', () => resolve()) })
  const mine = new Promise<void>((resolve) => {
    void device.then((found) => {
      if (!found) return resolve()
      setTimeout(resolve, LOCK_MS)
      return navigator.locks.request(sheetLock(found.account, key), { mode: 'shared', signal: closed.signal }, () => { resolve(); return held })
    }).catch(() => resolve())
  })

  const fateOf = (sent: boolean): Fate => ({ want: want.value, sent, base, since: since ?? new Date().toISOString(), ...about(), ...(sent ? {} : failed) })
  async function saveLocal(): Promise<void> {
    clearTimeout(localTimer)
    localTimer = undefined
    if (pending === undefined) return
    const updatedAt = new Date().toISOString()
    since ??= updatedAt
    const found = await device
    // a browser that keeps nothing: the page must not say that it did
    if (!found) return
    await found.drafts.put(key, { body: pending, updatedAt, fate: fateOf(false) })
    savedAt.value = updatedAt
    if (state.value === 'typing') state.value = want.value === 'save' ? 'queued' : 'local'
  }
  /** The server's version of exactly this body: kept by an attempt whose answer was lost. */
  async function versionOfSame(body: string): Promise<number | undefined> {
    const there = await get<Draft>(address, { relogin: false, background: true }).catch(() => undefined)
    return there?.body === body ? there.version : undefined
  }
  async function taken(body: string, version: number, at: string): Promise<void> {
    base = version
    failed = {}
    savedAt.value = at
    if (pending !== body) return
    pending = since = undefined
    state.value = 'server'
    const found = await device
    await found?.drafts.put(key, { body, updatedAt: at, fate: fateOf(true) })
    await found?.sent.put(key, { kind: 'draft', ...about() })
    await outbox.changed()
  }
  async function keepAtServer(): Promise<void> {
    clearTimeout(serverTimer)
    serverTimer = undefined
    const body = pending
    if (body === undefined || want.value === 'save') return
    try {
      const saved = await put<Draft>(address, { body, base }, { relogin: false })
      await taken(body, saved.version, saved.updatedAt)
    } catch (error) {
      if (isFailure(error, 'version-conflict')) {
        const version = await versionOfSame(body)
        if (version !== undefined) return taken(body, version, new Date().toISOString())
        state.value = 'conflict'
      }
      // the copy on this PC stands, and is tried again with the next change or when the line is back
      failed = { triedAt: new Date().toISOString(), reason: isFailure(error, 'version-conflict') ? 'merge' : error instanceof RequestError ? error.code : 'network' }
      await saveLocal()
      await outbox.changed()
    }
  }
  /** One at a time: an answer that is under way decides what the next one goes on from. */
  const saveServer = (): Promise<void> => (saving = saving.then(keepAtServer, keepAtServer))
  async function putAside(draft: LocalDraft | undefined): Promise<void> {
    aside.value = draft
    const store = (await device)?.drafts
    await (draft ? store?.put(asideKey, { body: draft.body, updatedAt: draft.updatedAt }) : store?.drop(asideKey))
  }
  // a full disk here does not keep it from the server
  const flush = async (): Promise<void> => { await saveLocal().catch(() => undefined); if (state.value !== 'conflict') await saveServer() }

  const onHide = (): void => { if (document.visibilityState === 'hidden') void flush() }
  document.addEventListener('visibilitychange', onHide)
  window.addEventListener('pagehide', onHide)
  const unregister = session.beforeSignOut(flush)
  watch(online, (now) => { if (now && pending !== undefined && state.value !== 'conflict') void saveServer() })
  onBeforeUnmount(() => {
    document.removeEventListener('visibilitychange', onHide)
    window.removeEventListener('pagehide', onHide)
    unregister()
    void flush().finally(() => closed.abort())
  })

  async function dropLocal(as?: Sent['kind']): Promise<void> {
    clearTimeout(localTimer)
    clearTimeout(serverTimer)
    localTimer = serverTimer = undefined
    pending = since = undefined
    failed = {}
    want.value = 'draft'
    base = 0
    const found = await device
    await found?.drafts.drop(key)
    await putAside(undefined)
    state.value = 'none'
    savedAt.value = undefined
    if (as) await found?.sent.put(key, { kind: as, ...about() })
    await outbox.changed()
  }

  return {
    state, savedAt, flush, aside, putAside, dropLocal, mayFile, unsent: () => pending !== undefined,
    async takeOver(fromServer) {
      if (fromServer && fromServer.version !== base) await putAside({ body: fromServer.body, updatedAt: fromServer.updatedAt })
      base = fromServer?.version ?? 0
      failed = {}
      state.value = 'typing'
    },
    async open(fromServer) {
      await mine
      const store = (await device)?.drafts
      const here = await store?.get(key)
      const chosen = chooseDraft(here, fromServer)
      base = chosen.base
      aside.value = await store?.get(asideKey)
      if (chosen.aside) await putAside(chosen.aside)
      if (chosen.draft) { state.value = chosen.draft === here ? 'local' : 'server'; savedAt.value = chosen.draft.updatedAt }
      if (chosen.draft === here && here?.fate?.sent === false) {
        pending = here.body
        since = here.fate.since
        want.value = here.fate.want
      }
      return chosen.draft
    },
    changed(body) {
      pending = body
      if (state.value !== 'conflict') state.value = 'typing'
      // counted from the first change that is not kept yet: who types without a pause is kept all the same
      localTimer ??= setTimeout(() => { void saveLocal() }, LOCAL_MS)
      serverTimer ??= setTimeout(() => { void saveServer() }, SERVER_MS)
    },
    async queueSave(body) {
      pending = body
      want.value = 'save'
      failed = { triedAt: new Date().toISOString(), reason: 'network' }
      state.value = 'typing'
      await saveLocal()
      await outbox.changed()
      if (!await device) throw new RequestError('network', 0)
    },
    async drop(as) {
      // a newer one, typed at another PC, stays
      const known = base
      await dropLocal(as)
      await remove(address, { query: { base: known } }).catch((error: unknown) => { if (!isFailure(error, 'version-conflict')) throw error })
    },
  }
}
