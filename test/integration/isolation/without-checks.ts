/**
 * The application with its own checks off: it believes to be another hospital, whoever calls may do everything, and the gate asks nobody.
 * Only its connection belongs to the first hospital: what it answers of the others, row-level security alone has let through.
 */
import { buildApp } from '#api/app.ts'
import { composeSite } from '#api/compose.ts'
import { ROLES } from '#api/model/actor.ts'
import { createIds, systemClock } from '#api/model/ids.ts'
import type { Caller } from '#api/model/ports.ts'
import type { Gate } from '#api/fhir/gate.ts'
import type { Answer } from './answers.ts'
import type { Probe, Target } from './requests.ts'
import type { TwoHospitals } from './two-hospitals.ts'

const OPEN_GATE: Gate = {
  judge: (_caller, questions) => Promise.resolve(questions.map(() => 'allow' as const)),
  judgeNow: () => 'allow',
  require: () => Promise.resolve(),
  refuse: () => Promise.reject(new Error('An open gate refuses nobody.')),
  record: () => Promise.resolve(),
  note: () => Promise.resolve(),
}

export interface Bare {
  send(probe: Probe): Promise<Answer>
  close(): Promise<void>
}

export async function withoutChecks(two: TwoHospitals, target: Target): Promise<Bare> {
  const own = await two.databases.open(901)
  const believing = Object.create(own, { tenant: { value: target.tenant } }) as typeof own
  const parts = await composeSite({ site: 'hospital', config: two.other.config, database: believing, clock: systemClock, ids: createIds(systemClock), gate: OPEN_GATE })
  const person: Caller = {
    actor: { kind: 'person', tenant: target.tenant, account: target.account, login: target.login, name: 'x', practitioner: null, grants: ROLES.map((role) => ({ role, department: null })) },
    visibility: { kind: 'all' }, purpose: 'TREAT',
  }
  // the FHIR routes narrow what a person sees to patients in care; nothing narrows a system client with every scope
  const client: Caller = { actor: { kind: 'system', tenant: target.tenant, client: target.client, scopes: ['system/*.cruds'] }, visibility: { kind: 'all' }, purpose: 'TREAT' }
  const app = await buildApp({ ...parts, authenticate: ({ path }) => Promise.resolve(path.startsWith('/fhir/') ? client : person) })
  return {
    async close() {
      await app.close()
      await parts.close()
    },
    async send({ method, url, body, type }) {
      const answer = await app.inject({ method, url, ...(body === undefined ? {} : { payload: body as object, headers: { 'content-type': type ?? 'application/json' } }) })
      return { status: answer.statusCode, headers: answer.headers, bytes: answer.rawPayload }
    },
  }
}
