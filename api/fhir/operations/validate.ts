/** Whether a resource would do, as it was sent or as it is stored. http://hl7.org/fhir/R4/resource-operation-validate.html */
import { JSON_TYPES, XML_TYPES, type GuardedRequest } from '../../http/route.ts'
import { findPlaces } from '../../model/json-places.ts'
import { parseJsonObject, stringAt, toPlain, type JsonObject } from '../../model/json.ts'
import { Outcome, outcome } from '../../model/outcome.ts'
import type { ResourceStore } from '../../model/ports.ts'
import type { CommitDeps } from '../commit.ts'
import { findXmlPlaces } from '../xml/places.ts'
import { toJsonPath } from './fhirpath-place.ts'
import { fhirReply, parseIfMatch } from '../headers.ts'
import type { FhirHandler } from '../interactions/batch.ts'
import { requireLoaded, withFullSight } from '../load.ts'
import { parseRelative } from '../references.ts'
import { requireId, requireType } from '../resource-body.ts'
import { readOperation, type OperationInput } from './parameters-body.ts'
import { findRefusal } from './rehearse.ts'
import { fromRefusal, writeReport, type Reported, type Subject } from './validation-report.ts'

export interface ValidateDeps extends CommitDeps { readonly store: ResourceStore }

const TEXT = { kind: 'text' } as const
type Mode = 'create' | 'update' | 'delete' | 'profile'
const MODES: Readonly<Record<string, Mode>> = { create: 'create', update: 'update', delete: 'delete', profile: 'profile' }

/** What is asked: of which resource, how. */
interface Asked { readonly type: string; readonly id: string | undefined; readonly mode: Mode | undefined; readonly profile: string | undefined; readonly sent: { readonly resource: JsonObject; readonly place: string } | undefined }

const bad = (expression: string, diagnostics: string): never => { throw outcome('bad-parameter', { expression, diagnostics }) }

const modeOf = (input: OperationInput): Mode | undefined => {
  const text = input.text('mode')
  return text === undefined ? undefined : (Object.hasOwn(MODES, text) ? MODES[text] : undefined) ?? bad('mode', `The modes are ${Object.keys(MODES).join(', ')}.`)
}

/** Throws bad-parameter for what makes no question. */
const readAsked = (request: GuardedRequest): Asked => {
  const type = requireType(request.params.type)
  const id = request.params.id === undefined ? undefined : requireId(request.params.id)
  const input = readOperation(request, { resource: { kind: 'resource', type }, mode: TEXT, profile: TEXT })
  const mode = modeOf(input), profile = input.text('profile'), sent = input.resource('resource')
  if (id === undefined && (mode === 'delete' || mode === 'profile')) bad('mode', `The mode ${mode} is for a stored resource: ask at its address.`)
  if (id === undefined && !sent) bad('resource', 'Send the resource, or ask at the address of a stored one.')
  if (id !== undefined && mode === 'create') bad('mode', 'The mode create is for a resource that has no address yet.')
  if (sent && (mode === 'delete' || mode === 'profile')) bad('resource', `The mode ${mode} is about what is stored: send no resource.`)
  if (mode === 'profile' && profile === undefined) bad('profile', 'The mode profile needs one.')
  return { type, id, mode, profile, sent }
}

/** Content that is sent is nobody's record: whoever may do anything with the type may ask. */
const requireInterest = async ({ gate }: ValidateDeps, request: GuardedRequest, type: string): Promise<void> => {
  const verdicts = await gate.judge(request.caller, (['read', 'search-type', 'create'] as const).map((interaction) => ({ interaction, type })))
  if (!verdicts.includes('allow')) await gate.refuse(request.caller, { interaction: 'read', type }, 'forbidden')
}

/** Lines are those of the text that was sent, JSON or XML. Inside of a batch there is none: a line of what? */
const finderOf = (request: GuardedRequest): NonNullable<Subject['text']>['find'] | undefined => {
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
  if (JSON_TYPES.some((each) => each === type)) return (paths) => findPlaces(request.text(), paths)
  return XML_TYPES.some((each) => each === type) ? (paths) => findXmlPlaces(request.text(), paths) : undefined
}

/** The stored version, after the policy agreed and the reading is on record. */
const loadStored = ({ gate, store }: ValidateDeps, request: GuardedRequest, key: { readonly type: string; readonly id: string }) =>
  requireLoaded(gate, request.caller, { interaction: 'read', ...key }, (caller) => store.read(caller, key))

const subjectOf = async (deps: ValidateDeps, request: GuardedRequest, { type, id, sent }: Asked): Promise<Subject & { readonly resource: JsonObject }> => {
  if (!sent) {
    const { body } = await loadStored(deps, request, { type, id: id ?? '' })
    return { type, resource: parseJsonObject(body), text: { find: (paths) => findPlaces(body, paths), at: [] } }
  }
  await requireInterest(deps, request, type)
  const at = sent.place.startsWith('Parameters.') ? [...toJsonPath(sent.place), 'resource'] : []
  const find = finderOf(request)
  return { type, resource: sent.resource, ...(find && { text: { find, at } }) }
}

/** Under whose id the content is judged: codes that stand in a stored version stay right, which is told to nobody who may not read that version. */
const keyOf = async (deps: ValidateDeps, request: GuardedRequest, { type, id, mode, sent }: Asked): Promise<{ type: string; id: string }> => {
  const own = id ?? (mode === 'update' ? stringAt(sent?.resource, 'id') : undefined)
  if (own === undefined || !sent) return { type, id: own ?? '' }
  if (mode !== 'update') return { type, id: '' }
  try {
    await loadStored(deps, request, { type, id: requireId(own) })
    return { type, id: own }
  } catch (error) {
    if (error instanceof Outcome) return { type, id: '' }
    throw error
  }
}

/** What a reference leads to, for callers who may read it, and then it is on record that they did. */
const loadTarget = ({ gate, store }: ValidateDeps, request: GuardedRequest) => async (reference: string): Promise<unknown> => {
  const key = parseRelative(reference)
  const stored = key && await store.read(withFullSight(request.caller, { interaction: 'read', type: key.type }), key)
  if (!key || stored === undefined || stored.deleted) return undefined
  const question = { interaction: 'read' as const, ...key, patient: stored.patient }
  const [verdict] = await gate.judge(request.caller, [question])
  if (verdict !== 'allow') return undefined
  await gate.record(request.caller, question, stored, '$validate')
  return toPlain(parseJsonObject(stored.body))
}

const refusalOf = async (deps: ValidateDeps, request: GuardedRequest, { type, id, mode }: Asked, resource: JsonObject): Promise<Reported[]> => {
  if (mode !== 'create' && mode !== 'update' && mode !== 'delete') return []
  const own = id ?? stringAt(resource, 'id')
  if (mode === 'update' && (own === undefined || !resource.has('id'))) return [{ severity: 'error', code: 'required', expression: `${type}.id`, message: 'The body of an update carries its id.' }]
  const expected = parseIfMatch(request.headers['if-match'])
  const key = { type, id: mode === 'create' ? deps.ids.uuid() : requireId(own, `${type}.id`) }
  const refusal = await findRefusal(deps, request.caller, [{ kind: mode, key, path: type, ...(mode !== 'delete' && { resource }), ...(expected !== undefined && { expected }) }])
  return refusal ? fromRefusal(refusal, type) : []
}

/** 200 with an OperationOutcome, whatever was found; nothing is stored. */
export const validateOperation = (deps: ValidateDeps): FhirHandler => async (request) => {
  const asked = readAsked(request)
  const { type, mode, profile } = asked
  const subject = await subjectOf(deps, request, asked)
  const { resource } = subject
  const found: Reported[] = mode === 'delete' ? [] : await deps.checks.find([{ resource, path: type, key: await keyOf(deps, request, asked), load: loadTarget(deps, request), ...(profile !== undefined && { profiles: [profile] }) }])
  // what is wrong in itself would be refused for that: the rest is asked of what could be stored
  if (!found.some(({ severity }) => severity === 'error')) found.push(...await refusalOf(deps, request, asked, resource))
  if (asked.sent) await deps.gate.record(request.caller, { interaction: 'read', type }, undefined, '$validate')
  return fhirReply(request, 200, await writeReport(found, subject))
}
