/** What of a record laboratory and imaging have to know before they touch a patient; read with the product's own eyes, as their list is, and on record as the opening of the order. */
import { dangersOf } from '../safety/bench-dangers.ts'
import { arrayAt, parseJsonObject, stringAt, type JsonObject } from '../model/json.ts'
import type { Caller, Clock } from '../model/ports.ts'
import type { WorkDangers, WorkKind } from '../model/results.ts'
import { CODE_SYSTEM, LOINC } from '../model/systems.ts'
import { isWithdrawn } from '../visit/settle-changes.ts'
import { ownCaller } from './visit-access.ts'
import { searchOwn, type Pairs, type WorkDeps } from './work-orders.ts'

export interface DangerDeps extends Pick<WorkDeps, 'store'> { readonly clock: Clock; readonly timeZone: string }

const loinc = (...kinds: readonly { readonly code: string }[]): string => kinds.map(({ code }) => `${CODE_SYSTEM.loinc}|${code}`).join(',')

/** What the audit row says was read, by kind. */
export const DANGERS_READ: Readonly<Record<WorkKind, string>> = { lab: 'allergies', imaging: 'allergies creatinine height pregnancy' }

export const readDangers = async (deps: DangerDeps, caller: Caller, kind: WorkKind, { patient, order }: { readonly patient: string; readonly order: JsonObject }): Promise<WorkDangers> => {
  const find = async (type: string, count: number, ...more: Pairs): Promise<JsonObject[]> => (await searchOwn(deps, caller, type, [['patient', `Patient/${patient}`], ...more], count)).matches.map(({ body }) => parseJsonObject(body))
  const newest = async (count: number, code: string): Promise<JsonObject[]> => (kind === 'lab' ? [] : (await find('Observation', count, ['code', code], ['_sort', '-date'])).filter((one) => !isWithdrawn(one)))
  const [person, allergies, creatinine, heights, pregnancies] = await Promise.all([
    deps.store.read(ownCaller(caller), { type: 'Patient', id: patient }), find('AllergyIntolerance', 1000),
    newest(10, loinc(LOINC.creatinine, LOINC.creatinineMoles)), newest(3, loinc(LOINC.height)), newest(3, loinc(LOINC.pregnancy)),
  ])
  return dangersOf({ patient: parseJsonObject(person?.body ?? '{}'), allergies, creatinine, heights, pregnancies, encounter: stringAt(order, 'encounter', 'reference') ?? '', at: deps.clock.now(), timeZone: deps.timeZone }, kind)
}

/** What the order itself says of why: its reasons and its notes. */
export const questionOf = (order: JsonObject): string => [
  ...arrayAt(order, 'reasonCode').map((reason) => stringAt(reason, 'text') ?? stringAt(reason, 'coding', 0, 'display') ?? ''), ...arrayAt(order, 'note').map((note) => stringAt(note, 'text') ?? ''),
].filter((text) => text.trim() !== '').join('\n')
