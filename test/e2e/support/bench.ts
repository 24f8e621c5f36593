/** Orders and results by the routes of the screens, for what needs many of them: signed in as somebody of the demo, without a browser. */
import { randomUUID } from 'node:crypto'
import type { Concept } from '#api/model/ports.ts'
import type { SessionInfo, VisitSheet } from '#api/model/site.ts'
import type { CallBack, WorkDetail } from '#api/model/results.ts'
import { CODE_SYSTEM, PROFILE } from '#api/model/systems.ts'
import type { DemoAddress } from './demo.ts'

export interface Desk { call<T>(method: 'GET' | 'POST' | 'PUT', path: string, body?: unknown): Promise<T>; readonly practitioner: string }

export const openDesk = async ({ hospital, password }: Pick<DemoAddress, 'hospital' | 'password'>, login: string, practitioner = ''): Promise<Desk> => {
  const entered = await fetch(`${hospital}/api/session`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ login, password }) })
  if (!entered.ok) throw new Error(`${login}: ${entered.status}`)
  const cookie = entered.headers.getSetCookie().map((line) => line.split(';')[0]).join('; ')
  const { csrf } = (await entered.json()) as SessionInfo
  return {
    practitioner,
    async call<T>(method: 'GET' | 'POST' | 'PUT', path: string, body?: unknown): Promise<T> {
      const answer = await fetch(`${hospital}${path}`, { method, headers: { cookie, 'x-emr-csrf': csrf, 'content-type': 'application/json' }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })
      if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
      return (answer.status === 204 ? undefined : await answer.json()) as T
    },
  }
}

/** Files orders of these codes in an open visit, `why` by code; answers their ids in the same order. */
export const fileOrders = async (doctor: Desk, encounter: string, codes: readonly string[], why: Readonly<Record<string, string>> = {}): Promise<string[]> => {
  const sheet = await doctor.call<VisitSheet>('GET', `/api/visits/${encounter}`)
  const orders = await Promise.all(codes.map(async (code) => {
    const [concept] = await doctor.call<readonly Concept[]>('GET', `/api/terms?list=orders&q=${code}&count=1`)
    if (concept === undefined) throw new Error(`no order ${code}`)
    return {
      resourceType: 'ServiceRequest', id: randomUUID(), meta: { profile: [PROFILE.serviceRequest] }, status: 'active', intent: 'order', category: [{ coding: [{ system: CODE_SYSTEM.orderCategory, code: concept.properties.category }] }],
      code: { coding: [{ system: concept.system, version: concept.version, code: concept.code, display: concept.display }], text: concept.display },
      subject: { reference: `Patient/${sheet.patient.id}` }, encounter: { reference: `Encounter/${encounter}` }, authoredOn: new Date().toISOString(), requester: { reference: `Practitioner/${doctor.practitioner}` }, ...(why[code] !== undefined && { reasonCode: [{ text: why[code] }] }),
    }
  }))
  await doctor.call('POST', `/api/visits/${encounter}/save`, { bundle: { resourceType: 'Bundle', type: 'transaction', entry: orders.map((resource) => ({ fullUrl: `urn:uuid:${resource.id}`, resource, request: { method: 'PUT', url: `ServiceRequest/${resource.id}` } })) } })
  return orders.map(({ id }) => id)
}

/** Takes an order in, enters values by their LOINC codes and releases them. */
export const releaseResult = async (bench: Desk, order: string, values: Readonly<Record<string, string>>, more: { readonly callBack?: CallBack; readonly conclusion?: string; readonly kind?: 'lab' | 'imaging' } = {}): Promise<void> => {
  const { kind = 'lab', conclusion = '', callBack } = more
  await bench.call('POST', `/api/work-lists/${kind}/receive`, { orders: [order] })
  const { version } = await bench.call<WorkDetail>('GET', `/api/work-lists/${kind}/orders/${order}`)
  await bench.call('PUT', `/api/work-lists/${kind}/orders/${order}/results`, { version, values: Object.entries(values).map(([code, text]) => ({ code, text })), conclusion, release: true, ...(callBack && { callBack }) })
}

/** A call that was made and read back. */
export const told = (name: string): CallBack => ({ told: name, at: new Date().toISOString(), readBack: true })
