/** Who is signed in, at which site, in which department; signing in and out, and signing in again over a page whose session has expired. */
import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import type { Role } from '#api/model/actor.ts'
import type { SessionInfo, SiteInfo } from '#api/model/site.ts'
import { get, post, remove } from '#web/fhir/client.ts'
import { isFailure } from '#web/fhir/failure-text.ts'
import { RequestError } from '#web/fhir/request-error.ts'
import { queryClient } from '#web/fhir/query-client.ts'
import { setTimeZone } from '#web/ui/format.ts'
import type { Visitor } from '#web/shell/routes.ts'

export interface WorkPlace { readonly id: string; readonly name: string; readonly roles: readonly Role[] }

/** Departments in which the person holds a role, each once, in the order granted. */
export const workPlaces = (grants: SessionInfo['grants']): readonly WorkPlace[] => {
  const places = new Map<string, WorkPlace>()
  for (const { role, department, departmentName } of grants) {
    if (department === null) continue
    const known = places.get(department)
    places.set(department, { id: department, name: departmentName ?? department, roles: [...(known?.roles ?? []), role] })
  }
  return [...places.values()]
}

/** Accounts that were signed out here without the server: their cookie ends as soon as it is there again. */
const LEFT = 'emr-left'
const leftHere = (): string[] => (localStorage.getItem(LEFT) ?? '').split(' ').filter(Boolean)
const markLeft = (account: string, left: boolean): void => {
  const others = leftHere().filter((one) => one !== account)
  const all = left ? [...others, account] : others
  if (all.length > 0) localStorage.setItem(LEFT, all.join(' '))
  else localStorage.removeItem(LEFT)
}
/** This origin is a training hospital's: known before the server answers, and without it. */
const TRAINING = 'emr-training'
const deviceKey = (): Promise<typeof import('#web/device/device-key.ts')> => import('#web/device/device-key.ts')

export type Session = ReturnType<typeof useSession>

export const useSession = defineStore('session', () => {
  const info = shallowRef<SessionInfo>()
  const site = shallowRef<SiteInfo>()
  const chosenDepartment = ref<string>()
  const reloginWanted = ref(false)
  /** Known by this PC alone, until the server is back. */
  const offline = ref(false)
  const flushers = new Set<() => Promise<void> | void>()
  let loading: Promise<void> | undefined
  let waiting: ((again: boolean) => void)[] = []

  const visitor = computed<Visitor | undefined>(() => info.value && { site: info.value.site, training: info.value.training === true, roles: info.value.grants.map((grant) => grant.role) })
  const training = computed(() => (info.value?.training ?? (site.value ? site.value.training : localStorage.getItem(TRAINING) === '1')) === true)
  const siteName = computed(() => info.value?.siteName ?? site.value?.name ?? '')
  const places = computed(() => workPlaces(info.value?.grants ?? []))
  const wholeSite = computed(() => info.value?.grants.some((grant) => grant.department === null) ?? false)
  const department = computed(() => places.value.find((place) => place.id === chosenDepartment.value) ?? places.value[0])
  const storageKey = (): string => `emr-department-${info.value?.account.id ?? ''}`

  function accept(found: SessionInfo): void {
    info.value = found
    offline.value = false
    chosenDepartment.value = localStorage.getItem(storageKey()) ?? undefined
  }
  async function load(): Promise<void> {
    site.value = await get<SiteInfo>('/api/site').catch(() => undefined)
    if (site.value?.timeZone) setTimeZone(site.value.timeZone)
    if (site.value) localStorage.setItem(TRAINING, site.value.training ? '1' : '0')
    try {
      const found = await get<SessionInfo>('/api/session', { relogin: false })
      if (leftHere().includes(found.account.id)) await leave(found)
      else accept(found)
      markLeft(found.account.id, false)
    } catch (error) {
      info.value = undefined
      if (isFailure(error, 'network')) loading = undefined
    }
  }
  /** Resolves when it is known who is signed in; asks the server once. */
  function ready(): Promise<void> {
    return loading ??= load()
  }
  async function signIn(login: string, password: string): Promise<void> {
    try {
      accept(await post<SessionInfo>('/api/session', { login, password }, { relogin: false, evenOffline: true }))
      if (info.value) markLeft(info.value.account.id, false)
      const { info: { value: known }, site: { value: where } } = { info, site }
      if (known?.site === 'hospital') void deviceKey().then(({ rememberKey }) => rememberKey(password, { info: known, site: where })).catch(() => undefined)
    } catch (error) {
      // the server no longer takes a password that this PC would still take
      if (isFailure(error, 'sign-in-failed')) void deviceKey().then(async (key) => { if (typeof await key.unlockKey(login, password) === 'object') await key.forgetKey(login) }).catch(() => undefined)
      if (!isFailure(error, 'network')) throw error
      await unlock(login, password, error)
    }
    loading = Promise.resolve()
  }
  /** Without the server: the person who was signed in here in the last days. */
  async function unlock(login: string, password: string, failure: RequestError): Promise<void> {
    const known = await deviceKey().then(({ unlockKey }) => unlockKey(login, password)).catch(() => 'unknown' as const)
    if (known === 'unknown') throw failure
    if (known === 'wrong') throw new RequestError('sign-in-failed', 401)
    accept(known.info)
    site.value ??= known.site
    if (known.site?.timeZone) setTimeZone(known.site.timeZone)
    offline.value = true
    markLeft(known.info.account.id, false)
  }
  /** The server is back: it says whether it still knows the same person; if not, they sign in over the page. Answers whether requests may go out. */
  async function resume(): Promise<boolean> {
    const mine = info.value?.account.id
    if (!offline.value || mine === undefined) return true
    try {
      const found = await get<SessionInfo>('/api/session', { relogin: false, evenOffline: true })
      if (found.account.id === mine) accept(found)
    } catch (error) {
      if (isFailure(error, 'network')) return false
    }
    return !offline.value || (await askRelogin() && !offline.value)
  }
  /** The site has its first administrator from now on. */
  function setUp(): void {
    if (site.value) site.value = { ...site.value, needsSetup: false }
  }
  /** Asks again who is signed in and what they may (a new signing key, a changed role). */
  async function refresh(): Promise<void> {
    accept(await get<SessionInfo>('/api/session'))
  }
  /** Work in progress is flushed first, then the session ends at the server, then the page starts afresh: nothing of a patient stays in memory. */
  async function signOut(): Promise<void> {
    await Promise.allSettled([...flushers].map(async (flush) => flush()))
    await remove('/api/session', { relogin: false }).catch((error: unknown) => {
      // the cookie is the server's to end: done as soon as it answers again
      if (info.value && !isFailure(error, 'session-expired')) markLeft(info.value.account.id, true)
    })
    queryClient.clear()
    window.location.assign('/')
  }
  /** Of somebody who has signed out here while the server was out of reach. */
  async function leave({ csrf }: SessionInfo): Promise<void> {
    info.value = undefined
    await remove('/api/session', { relogin: false, headers: { 'x-emr-csrf': csrf } })
  }
  /** Registers work to be done before the session ends (saving drafts); answers how to take it back. */
  function beforeSignOut(flush: () => Promise<void> | void): () => void {
    flushers.add(flush)
    return () => { flushers.delete(flush) }
  }
  function askRelogin(): Promise<boolean> {
    if (!info.value) return Promise.resolve(false)
    reloginWanted.value = true
    return new Promise((resolve) => { waiting.push(resolve) })
  }
  async function relogin(password: string): Promise<void> {
    if (!info.value) return
    await signIn(info.value.account.login, password)
    reloginWanted.value = false
    const woken = waiting
    waiting = []
    woken.forEach((resolve) => resolve(true))
  }
  function chooseDepartment(id: string): void {
    chosenDepartment.value = id
    localStorage.setItem(storageKey(), id)
  }
  const holds = (...roles: Role[]): boolean => info.value?.grants.some((grant) => roles.includes(grant.role)) ?? false

  return { info, site, training, visitor, siteName, places, wholeSite, department, reloginWanted, offline, ready, resume, setUp, signIn, refresh, signOut, beforeSignOut, askRelogin, relogin, chooseDepartment, holds }
})
