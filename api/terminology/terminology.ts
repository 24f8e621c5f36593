/** The Terminology port: code lists by the day of the event, held in memory from the CodeSystem resources of this site. */
import type { CodeSystem } from '@medplum/fhirtypes'
import type { Caller, Clock, CodeListInfo, Concept, Finding, ResourceStore, Terminology } from '../model/ports.ts'
import { toTyped, type Tenant } from '../model/resource.ts'
import { fromCodeSystem, type ListVersion } from './code-system.ts'
import { buildIndex, findMatches, type MatchIndex } from './match.ts'

export interface TerminologyDeps { readonly store: ResourceStore; readonly tenant: Tenant; readonly clock: Clock }

interface Loaded { readonly info: CodeListInfo; readonly byCode: ReadonlyMap<string, Concept>; readonly index: MatchIndex }

/** A list's change is seen after at most this long by other processes; the importer refreshes its own at once. */
const RECHECK_MS = 5_000

const inForce = (from: string | undefined, to: string | undefined, on: string): boolean => (from ?? '') <= on && on <= (to ?? '9999-12-31')

const load = (version: ListVersion): Loaded =>
  ({ info: version.info, byCode: new Map(version.concepts.map((c) => [c.code, c])), index: buildIndex(version.concepts) })

export const terminologyCaller = (tenant: Tenant): Caller =>
  ({ actor: { kind: 'internal', tenant, name: 'terminology' }, visibility: { kind: 'all' }, purpose: 'HSYSADMIN' })

async function loadAll(store: ResourceStore, caller: Caller): Promise<Loaded[]> {
  const page = await store.search(caller, { type: 'CodeSystem', parameters: [['_count', '1000']], strict: true })
  return page.matches.flatMap((stored) => {
    const version = fromCodeSystem(toTyped<CodeSystem>(stored))
    return version ? [load(version)] : []
  })
}

/** `refresh()` is for the importer: the next look-up reads the lists anew. */
export function createTerminology({ store, tenant, clock }: TerminologyDeps): Terminology & { refresh(): void } {
  const caller = terminologyCaller(tenant)
  let lists: Promise<Loaded[]> | undefined
  let checkedAt = 0
  let loadedAt = ''

  const start = (): Promise<Loaded[]> => {
    loadedAt = clock.now().toISOString()
    checkedAt = clock.now().getTime()
    const loading = loadAll(store, caller)
    loading.catch(() => { if (lists === loading) lists = undefined })
    return (lists = loading)
  }

  const changedSince = async (): Promise<boolean> => {
    const page = await store.search(caller, { type: 'CodeSystem', parameters: [['_lastUpdated', `ge${loadedAt}`], ['_count', '1']], strict: true })
    return page.matches.length > 0
  }

  const current = async (): Promise<Loaded[]> => {
    if (!lists) return start()
    const now = clock.now().getTime()
    if (now - checkedAt > RECHECK_MS) {
      checkedAt = now
      if (await changedSince()) return start()
    }
    return lists
  }

  const versionsOn = async (on: string, wanted: (info: CodeListInfo) => boolean): Promise<Loaded[]> =>
    (await current()).filter((l) => wanted(l.info) && inForce(l.info.validFrom, l.info.validTo, on))
      .sort((a, b) => (a.info.validFrom < b.info.validFrom ? 1 : -1))

  const active = (on: string) => (c: Concept): boolean => inForce(c.validFrom, c.validTo, on)

  const checkOne = async (coding: { system?: string; version?: string; code?: string; expression: string }, on: string): Promise<Finding | undefined> => {
    const known = (await current()).filter((l) => l.info.system === coding.system)
    if (known.length === 0) return undefined
    const error = (message: string): Finding => ({ severity: 'error', expression: coding.expression, message })
    if (!coding.version) return error(`Mã ${coding.code ?? ''} thiếu phiên bản danh mục.`)
    const version = known.find((l) => l.info.version === coding.version)
    if (!version) return error(`Không có phiên bản ${coding.version} của danh mục này.`)
    if (!inForce(version.info.validFrom, version.info.validTo, on)) return error(`Phiên bản ${coding.version} không có hiệu lực ngày ${on}.`)
    const concept = version.byCode.get(coding.code ?? '')
    if (!concept || !active(on)(concept)) return error(`Mã ${coding.code ?? ''} không có trong danh mục "${version.info.title}" ngày ${on}.`)
    return undefined
  }

  return {
    refresh: () => { lists = undefined },
    async find(list, text, on, count) {
      const [version] = await versionsOn(on, (info) => info.list === list)
      return version ? findMatches(version.index.filter((r) => active(on)(r.item)), text, count) : []
    },
    async lookup(system, code, on) {
      const [version] = await versionsOn(on, (info) => info.system === system)
      const concept = version?.byCode.get(code)
      return concept && active(on)(concept) ? concept : undefined
    },
    async rows(list, on) {
      const [version] = await versionsOn(on, (info) => info.list === list)
      return version ? [...version.byCode.values()].filter(active(on)) : []
    },
    async check(codings, on) {
      const findings = await Promise.all(codings.map((coding) => checkOne(coding, on)))
      return findings.filter((f) => f !== undefined)
    },
    async lists() { return (await current()).map((l) => l.info) },
  }
}
