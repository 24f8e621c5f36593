/**
 * What the screens need of apps that act for persons: the question that a person answers, starting an app from a chart, and what was let in.
 * Answers change something and so carry the session's own token (X-EMR-CSRF); no other site's page can give them.
 */
import { z } from 'zod'
import type { Gate } from '../fhir/gate.ts'
import type { Apps } from '../model/app-ports.ts'
import { arrayAt, parseJsonObject, stringAt } from '../model/json.ts'
import { outcome } from '../model/outcome.ts'
import type { Sessions } from '../model/people.ts'
import type { AuditLog, Caller, ResourceStore } from '../model/ports.ts'
import { ID_PATTERN } from '../model/resource.ts'
import type { AppGrantRow, AppPatient, AppQuestion, AppRow } from '../model/site.ts'
import type { Asked, AuthorizeDesk } from '../security/authorize.ts'
import { narrow, rolesFor } from '../security/policy.ts'
import type { CookieNames } from '../security/sessions.ts'
import { digestOf } from '../security/tokens.ts'
import { accountOf } from './drafts.ts'
import { parseInput, requireParam } from './input.ts'
import { empty, json, type GuardedRequest, type Route } from './route.ts'
import { text } from './text.ts'

export interface AppDeps {
  readonly desk: AuthorizeDesk
  readonly apps: Apps
  readonly sessions: Pick<Sessions, 'find'>
  readonly store: Pick<ResourceStore, 'read'>
  readonly gate: Pick<Gate, 'require'>
  readonly audit: AuditLog
  readonly names: CookieNames
}

const id = z.string().regex(ID_PATTERN)
const AnswerInput = z.strictObject({ request: text(20_000), allow: z.boolean(), scopes: z.array(text(600)).max(100), patient: z.union([id, z.literal('')]) })
const LaunchInput = z.strictObject({ patient: id, encounter: z.union([id, z.literal('')]) })
const UNKEPT = { 'cache-control': 'no-store' } as const

export const appRoutes = ({ desk, apps, sessions, store, gate, audit, names }: AppDeps): Route[] => {
  const askedOf = async ({ caller, cookies }: GuardedRequest): Promise<Asked> => {
    const session = digestOf(cookies[names.session])
    const found = session === undefined ? undefined : await sessions.find(session)
    if (session === undefined || found === undefined) throw outcome('session-expired')
    return { caller, session, signedInAt: found.createdAt }
  }
  /** Whom it is about, for those who may see it. On record. */
  const readPatient = async (caller: Caller, patient: string): Promise<AppPatient> => {
    const stored = await store.read(narrow(caller, 'read', 'Patient'), { type: 'Patient', id: patient })
    if (stored === undefined || stored.deleted) throw outcome('not-found', { expression: 'patient' })
    await audit.record(caller, { action: 'R', interaction: 'read', type: 'Patient', id: patient, patient, version: stored.version, outcome: 'success' })
    const resource = parseJsonObject(stored.body)
    const [name] = arrayAt(resource, 'name')
    const birthDate = stringAt(resource, 'birthDate'), gender = stringAt(resource, 'gender')
    return { id: patient, name: stringAt(name, 'text') ?? '', ...(birthDate !== undefined && { birthDate }), ...(gender !== undefined && { gender }) }
  }
  const requireEncounter = async (caller: Caller, encounter: string, patient: string): Promise<void> => {
    await gate.require(caller, [{ interaction: 'read', type: 'Encounter', id: encounter, patient }])
    const stored = await store.read(narrow(caller, 'read', 'Encounter'), { type: 'Encounter', id: encounter })
    if (stored === undefined || stored.deleted || stored.patient !== patient) throw outcome('not-found', { expression: 'encounter' })
  }
  const asks = { roles: rolesFor('visit.open') }
  return [
    {
      method: 'GET', url: '/api/app-requests', site: 'hospital', access: 'session',
      handler: async (request: GuardedRequest) => {
        const found = await desk.view(new URLSearchParams(request.query.map(([name, value]) => [name, value])), await askedOf(request))
        if (found.kind === 'return') return json(200, found satisfies AppQuestion, UNKEPT)
        const { context, ...question } = found
        return json(200, { ...question, ...(context.patient !== '' && { patient: await readPatient(request.caller, context.patient) }) } satisfies AppQuestion, UNKEPT)
      },
    },
    {
      method: 'POST', url: '/api/app-requests', site: 'hospital', access: 'session',
      handler: async (request: GuardedRequest) => {
        const { request: asked, ...answer } = parseInput(AnswerInput, request.plain())
        if (answer.allow && answer.patient !== '') await readPatient(request.caller, answer.patient)
        return json(200, { to: await desk.answer(new URLSearchParams(asked), await askedOf(request), answer) }, UNKEPT)
      },
    },
    {
      method: 'GET', url: '/api/apps', site: 'hospital', access: asks,
      handler: async () => json(200, (await apps.active()).filter(({ launchUrl, scopes }) => launchUrl !== '' && scopes.includes('launch')).map(({ client, name }): AppRow => ({ client, name }))),
    },
    {
      method: 'POST', url: '/api/apps/:client/launches', site: 'hospital', access: asks,
      handler: async (request: GuardedRequest) => {
        const { patient, encounter } = parseInput(LaunchInput, request.plain())
        const client = requireParam(request, 'client')
        if (client.includes('\0')) throw outcome('not-found')
        await readPatient(request.caller, patient)
        if (encounter !== '') await requireEncounter(request.caller, encounter, patient)
        return json(201, { to: await desk.launch(request.caller, client, { patient, encounter }) }, UNKEPT)
      },
    },
    {
      method: 'GET', url: '/api/app-grants', site: 'hospital', access: 'session',
      handler: async ({ caller }: GuardedRequest) => {
        const known = new Map((await apps.active()).map(({ client, name }) => [client, name]))
        return json(200, (await apps.grantsOf(accountOf(caller))).map(({ id: grant, client, scopes, offline, createdAt, expires }): AppGrantRow =>
          ({ id: grant, client, name: known.get(client) ?? client, scopes, offline, since: createdAt.toISOString(), until: expires.toISOString() })))
      },
    },
    {
      method: 'DELETE', url: '/api/app-grants/:grant', site: 'hospital', access: 'session',
      handler: async (request: GuardedRequest) => {
        const grant = requireParam(request, 'grant')
        if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(grant)) throw outcome('not-found')
        await apps.endGrant(request.caller, grant)
        return empty()
      },
    },
  ]
}
