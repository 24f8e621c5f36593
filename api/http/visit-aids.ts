/**
 * Order sets and phrases of the visit sheet: everybody who writes visits keeps their own; a department's are its head's and the administrators', the hospital's the
 * administrators'. They are settings: whoever may use them reads them without a row, each change leaves one.
 */
import { z } from 'zod'
import type { Person } from '../model/actor.ts'
import { outcome } from '../model/outcome.ts'
import type { IdSource, ResourceStore } from '../model/ports.ts'
import { ID_PATTERN } from '../model/resource.ts'
import { AID_SCOPES, PHRASE_SECTIONS, type AidOwner, type KeptAid, type OrderSet, type Phrase, type VisitAid, type VisitAids } from '../model/visit-aids.ts'
import type { VisitAidStore } from '../model/visit-aid-ports.ts'
import { departmentsFor, mayAct, rolesFor } from '../security/policy.ts'
import { parseInput, queryValue, requireParam } from './input.ts'
import { empty, json, type GuardedRequest, type Route } from './route.ts'
import { line, text } from './text.ts'
import { ownCaller, requirePerson } from './visit-access.ts'

export interface VisitAidDeps { readonly aids: VisitAidStore; readonly store: ResourceStore; readonly ids: IdSource }

const filled = (max: number) => line(max).refine((value) => value !== '', 'must not be empty')
const Count = z.number().int().min(1).max(9999)
const Dosage = z.strictObject({ dose: z.string().regex(/^\d{1,4}(\.\d{1,3})?$/), frequency: Count, days: Count, note: line(200), route: z.string().max(20).exactOptional() })
const Line = z.strictObject({ kind: z.enum(['drug', 'order']), code: filled(50), display: filled(300), dosage: Dosage.exactOptional() })
const Body = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('order-set'), lines: z.array(Line).min(1).max(60) }),
  z.strictObject({ kind: z.literal('phrase'), text: text(4000).refine((value) => value.trim() !== '', 'must not be empty').transform((value) => value.normalize('NFC')), section: z.enum(PHRASE_SECTIONS).exactOptional() }),
])
/** What is typed behind the dot: letters that every input method leaves as they are typed. */
const isShortName = (name: string): boolean => /^[a-z0-9]{2,16}$/.test(name)
const wellNamed = ({ name, body }: { name: string; body: z.infer<typeof Body> }): boolean => body.kind !== 'phrase' || isShortName(name)
const NAMING = { error: 'A phrase is called by 2 to 16 small letters and digits.', path: ['name'] }
const Input = z.strictObject({ scope: z.enum(AID_SCOPES), department: z.string().regex(ID_PATTERN).optional(), name: filled(100), body: Body }).refine(wellNamed, NAMING)
const Version = z.coerce.number().int().min(1).max(2_147_483_647)
const Change = z.strictObject({ version: Version, name: filled(100), body: Body }).refine(wellNamed, NAMING)
const Id = z.uuid()

const mayChange = (actor: Person, { scope, owner }: AidOwner): boolean => {
  if (scope === 'person') return owner === actor.account && mayAct(actor, 'visit.write')
  return scope === 'department' ? mayAct(actor, 'aids.department', owner) : mayAct(actor, 'aids.hospital')
}

/** Departments whose aids the person sees; undefined: all. */
const departmentsSeen = (actor: Person): string[] | undefined => {
  const seen = [...departmentsFor(actor, 'visit.write'), ...departmentsFor(actor, 'aids.department')]
  return seen.includes(null) ? undefined : seen.filter((department) => department !== null)
}

const isSeen = (actor: Person, { scope, owner }: AidOwner): boolean =>
  scope === 'hospital' || (scope === 'person' ? owner === actor.account : departmentsSeen(actor)?.includes(owner) !== false)

const shown = (actor: Person, aid: KeptAid): VisitAid => {
  const { id, version, scope, owner, name, body } = aid
  return { id, version, scope, name, body, mayChange: mayChange(actor, aid), ...(scope === 'department' && { department: owner }) }
}
const isSet = (aid: VisitAid): aid is OrderSet => aid.body.kind === 'order-set'
const isPhrase = (aid: VisitAid): aid is Phrase => aid.body.kind === 'phrase'

const ownerOf = (actor: Person, { scope, department }: z.infer<typeof Input>): AidOwner => {
  if (scope !== 'department') return { scope, owner: scope === 'person' ? actor.account : '' }
  if (department === undefined) throw outcome('bad-request', { expression: 'department', diagnostics: 'Which department?' })
  return { scope, owner: department }
}

/** GET, POST /api/visit-aids ; PUT, DELETE …/:id (DELETE takes ?version=) */
export const visitAidRoutes = ({ aids, store, ids }: VisitAidDeps): Route[] => {
  const access = { roles: rolesFor('visit.write', 'aids.department', 'aids.hospital') }
  const requireAid = async (request: GuardedRequest): Promise<KeptAid> => {
    const id = Id.safeParse(requireParam(request, 'id'))
    const actor = requirePerson(request.caller)
    const stored = id.success ? await aids.find(id.data) : undefined
    if (stored === undefined || !isSeen(actor, stored)) throw outcome('not-found')
    if (!mayChange(actor, stored)) throw outcome('forbidden')
    return stored
  }
  return [
    {
      method: 'GET', url: '/api/visit-aids', site: 'hospital', access,
      handler: async (request: GuardedRequest) => {
        const actor = requirePerson(request.caller)
        const all = (await aids.list(actor.account, departmentsSeen(actor))).map((aid) => shown(actor, aid))
        return json(200, { sets: all.filter(isSet), phrases: all.filter(isPhrase) } satisfies VisitAids)
      },
    },
    {
      method: 'POST', url: '/api/visit-aids', site: 'hospital', access,
      handler: async (request: GuardedRequest) => {
        const input = parseInput(Input, request.plain())
        const actor = requirePerson(request.caller)
        const owner = ownerOf(actor, input)
        if (!mayChange(actor, owner)) throw outcome('forbidden')
        if (owner.scope === 'department' && await store.read(ownCaller(request.caller), { type: 'Organization', id: owner.owner }) === undefined) throw outcome('dangling-reference', { expression: 'department' })
        return json(201, shown(actor, await aids.create(request.caller, { id: ids.uuid(), ...owner, name: input.name, body: input.body })))
      },
    },
    {
      method: 'PUT', url: '/api/visit-aids/:id', site: 'hospital', access,
      handler: async (request: GuardedRequest) => {
        const { id } = await requireAid(request)
        const { version, name, body } = parseInput(Change, request.plain())
        return json(200, shown(requirePerson(request.caller), await aids.change(request.caller, id, { name, body }, version)))
      },
    },
    {
      method: 'DELETE', url: '/api/visit-aids/:id', site: 'hospital', access,
      handler: async (request: GuardedRequest) => {
        const { id } = await requireAid(request)
        await aids.remove(request.caller, id, parseInput(Version, queryValue(request, 'version')))
        return empty()
      },
    },
  ]
}
