/**
 * Pictures of an imaging order from the hospital's PACS. Two steps: opening finds the order's studies, holds each against the patient and puts the opening on record; what it found gets a name of its own,
 * good for a quarter of an hour and for who asked. Each picture is then asked for by that name and two numbers: no UID comes from a browser, so that nobody reaches another study by guessing, and no picture leaves before
 * the row of its opening is durable. Whether the person may still see it is asked again each time.
 */
import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import type { Gate } from '../fhir/gate.ts'
import { parseJsonObject, stringAt, type JsonObject } from '../model/json.ts'
import { Outcome, outcome } from '../model/outcome.ts'
import { displayName } from '../model/person-facts.ts'
import { PACS_ERRORS, type Pacs, type PacsError, type PacsSeries, type PicturesOpened } from '../model/pictures.ts'
import type { AuditLog, Caller, Clock, ResourceStore } from '../model/ports.ts'
import { ID_PATTERN } from '../model/resource.ts'
import { SID } from '../model/systems.ts'
import { mayAct, rolesFor } from '../security/policy.ts'
import { parseInput, queryObject, requireParam } from './input.ts'
import { readPersons, toKnown } from './picture-persons.ts'
import { findStudies, readAccessions, type FoundStudies } from './picture-studies.ts'
import { createShelf, type ShelfLimits } from './preview-shelf.ts'
import { bytes, json, type GuardedRequest, type Reply, type Route } from './route.ts'
import { ownCaller, requirePerson } from './visit-access.ts'
import { categoryOf, requireOrder } from './work-orders.ts'

export interface PictureDeps {
  readonly store: ResourceStore
  readonly audit: AuditLog
  readonly gate: Gate
  readonly clock: Clock
  /** undefined: the hospital has none, or has not connected it. */
  readonly pacs: Pacs | undefined
}

/** What was opened: where its pictures are at the PACS. */
interface Opened { readonly order: string; readonly patient: string; readonly series: readonly { readonly study: string; readonly of: PacsSeries }[] }

const LIMITS: ShelfLimits = { milliseconds: 15 * 60_000, perAccount: 8, bytes: 64 * 1024 * 1024 }
/** Pictures that are on their way to one account at a time: the rest of the PACS is for others. */
const MOST_PENDING = 12
/** Of one instance on the shelf, about. */
const BYTES = 200
const Wish = z.object({ window: z.string().regex(/^-?\d{1,5},[1-9]\d{0,4}$/, 'center,width').optional() })
const Number0 = z.string().regex(/^\d{1,5}$/).transform(Number)

/** Throws not-found, forbidden or break-glass-needed, after an audit row. Who works in imaging sees what the work list shows; others what they may see of the patient's reports. */
const requireSight = async (deps: PictureDeps, caller: Caller, id: string): Promise<{ readonly order: JsonObject; readonly patient: string }> => {
  if (mayAct(caller.actor, 'work.imaging')) return requireOrder(deps, caller, 'imaging', id)
  const stored = ID_PATTERN.test(id) ? await deps.store.read(ownCaller(caller), { type: 'ServiceRequest', id }) : undefined
  const order = stored === undefined || stored.deleted ? undefined : parseJsonObject(stored.body)
  const patient = stored?.patient ?? ''
  if (order === undefined || patient === '' || categoryOf(order) !== 'imaging') {
    await deps.audit.record(caller, { action: 'R', interaction: 'pictures-open', type: 'ServiceRequest', id: id.slice(0, 64), outcome: 'failed', detail: 'not-found' })
    throw outcome('not-found')
  }
  await deps.gate.require(caller, [{ interaction: 'read', type: 'ServiceRequest', id, patient }, { interaction: 'search-type', type: 'DiagnosticReport', patient }, { interaction: 'search-type', type: 'ImagingStudy', patient }])
  return { order, patient }
}

const isOfPacs = (error: unknown): error is Outcome => error instanceof Outcome && (error.code === 'pacs-unreachable' || error.code === 'pacs-unfit')

const countOf = (series: PacsSeries): number => series.instances.reduce((sum, { frames }) => sum + frames, 0)

/** The instance and frame of the picture with this number, from 0. */
const pictureAt = ({ instances }: PacsSeries, index: number): { readonly instance: string; readonly frame?: number } | undefined => {
  let left = index
  for (const { uid, frames } of instances) {
    if (left < frames) return { instance: uid, ...(frames > 1 && { frame: left + 1 }) }
    left -= frames
  }
  return undefined
}

/** GET /api/imaging-orders/:order/pictures ; GET /api/pictures/:opened/:series/:index */
export const pictureRoutes = (deps: PictureDeps): Route[] => {
  const shelf = createShelf<Opened>(deps.clock, LIMITS)
  const pending = new Map<string, number>()
  const inTurn = async <T>(account: string, work: () => Promise<T>): Promise<T> => {
    const count = pending.get(account) ?? 0
    if (count >= MOST_PENDING) throw outcome('pacs-unreachable', { diagnostics: 'busy' satisfies PacsError })
    pending.set(account, count + 1)
    try {
      return await work()
    } finally {
      const left = (pending.get(account) ?? 1) - 1
      if (left === 0) pending.delete(account)
      else pending.set(account, left)
    }
  }

  const ask = async (request: GuardedRequest, about: Parameters<typeof findStudies>[2]): Promise<FoundStudies | { readonly state: 'off' | 'unreachable'; readonly error?: PacsError }> => {
    if (deps.pacs === undefined) return { state: 'off' }
    try {
      return await findStudies({ store: deps.store, pacs: deps.pacs }, request.caller, about)
    } catch (error) {
      if (!isOfPacs(error)) throw error
      request.log.warn({ error: error.detail.diagnostics }, 'the PACS did not answer')
      return { state: 'unreachable', error: PACS_ERRORS.find((code) => code === error.detail.diagnostics) ?? 'connection' }
    }
  }
  const put = (account: string, about: Pick<Opened, 'order' | 'patient'>, { studies }: FoundStudies): string => {
    const opened = randomBytes(18).toString('base64url')
    const series = studies.flatMap((study) => study.series.map((of) => ({ study: study.uid, of })))
    shelf.put(account, opened, { ...about, series }, BYTES * series.reduce((sum, { of }) => sum + of.instances.length, 1))
    return opened
  }

  const open = async (request: GuardedRequest): Promise<Reply> => {
    const id = requireParam(request, 'order')
    const { account } = requirePerson(request.caller)
    const { order, patient } = await requireSight(deps, request.caller, id)
    const [persons, accessions] = await Promise.all([readPersons(deps, request.caller, patient), readAccessions(deps, request.caller, id)])
    const [person] = persons
    if (person === undefined) throw outcome('not-found')
    const found = await ask(request, { order: id, patient, accessions, known: persons.map(toKnown) })
    const { studies, withheld, cut } = 'state' in found ? { studies: [], withheld: [], cut: false } : found
    const state = 'state' in found ? found.state : studies.length > 0 ? 'found' : withheld.length > 0 ? 'withheld' : found.nothing
    const answer: PicturesOpened = {
      state, ...('error' in found && { error: found.error }), withheld, cut, test: stringAt(order, 'code', 'text') ?? stringAt(order, 'code', 'coding', 0, 'display') ?? '', accession: accessions[0] ?? '',
      patient: {
        number: person.identifier?.find(({ system, use }) => system === SID.patient && use !== 'old')?.value ?? '', name: displayName(person),
        ...(person.birthDate !== undefined && { birthDate: person.birthDate }), ...(person.gender !== undefined && { gender: person.gender }),
      },
      studies: studies.map(({ date, description, series }) => ({ date, description, series: series.map((each) => ({ modality: each.modality, number: each.number, description: each.description, count: countOf(each) })) })),
      opened: 'state' in found || studies.length === 0 ? '' : put(account, { order: id, patient }, found),
    }
    const records = [...new Set(studies.map(({ record }) => record))].filter((record) => record !== patient)
    const pictures = studies.reduce((sum, { series }) => sum + series.reduce((of, each) => of + countOf(each), 0), 0)
    await deps.audit.record(request.caller, {
      action: 'R', interaction: 'pictures-open', type: 'ServiceRequest', id, patient, outcome: state === 'unreachable' ? 'failed' : 'success',
      detail: [`${state}${'error' in found ? ` (${found.error})` : ''}: ${studies.length} studies, ${pictures} pictures`, ...withheld, ...records.map((record) => `by the number of Patient/${record}`)].join(', '),
    })
    return json(200, answer)
  }

  const show = async (request: GuardedRequest): Promise<Reply> => {
    const { account } = requirePerson(request.caller)
    const opened = shelf.find(account, requireParam(request, 'opened'))
    const { pacs } = deps
    if (opened === undefined || pacs === undefined) throw outcome('pictures-closed')
    const { patient } = await requireSight(deps, request.caller, opened.order)
    // the order is of another patient's record now (a merge, or its end): what was found was held against the one before
    if (patient !== opened.patient) throw outcome('pictures-closed')
    const series = opened.series[parseInput(Number0, requireParam(request, 'series'))]
    const at = series && pictureAt(series.of, parseInput(Number0, requireParam(request, 'index')))
    const [center, width] = (parseInput(Wish, queryObject(request)).window ?? '').split(',')
    if (series === undefined || at === undefined) throw outcome('not-found')
    const picture = await inTurn(account, () => pacs.readPicture({ study: series.study, series: series.of.uid, ...at, ...(width !== undefined && { window: { center: Number(center), width: Number(width) } }) }, request.gone?.()))
    return bytes(picture.bytes, picture.type, { 'cache-control': 'no-store', 'content-disposition': 'inline' })
  }

  const reads = { method: 'GET', site: 'hospital', access: { roles: rolesFor('chart.read', 'work.imaging') } } as const
  return [
    { ...reads, url: '/api/imaging-orders/:order/pictures', handler: open },
    { ...reads, url: '/api/pictures/:opened/:series/:index', handler: show },
  ]
}
