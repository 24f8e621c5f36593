/**
 * Two records of one person become one: the operation of R5 and later (http://hl7.org/fhir/patient-operation-merge.html) with the links of R4 (http://hl7.org/fhir/R4/patient.html#links).
 * One transaction; $unmerge takes it back.
 */
import type { GuardedRequest } from '../../http/route.ts'
import { parseJsonObject, stringAt, writeJson, type JsonObject, type JsonValue } from '../../model/json.ts'
import { outcome } from '../../model/outcome.ts'
import type { Clock } from '../../model/ports.ts'
import type { Records } from '../../model/record-ports.ts'
import { commit, type CommitDeps } from '../commit.ts'
import { fhirReply } from '../headers.ts'
import type { FhirHandler } from '../interactions/batch.ts'
import { MAX_TRIES, wasOvertaken } from '../patch/patches.ts'
import type { Planned } from '../planned.ts'
import { gatherMoved } from './merge-gather.ts'
import { linkedBy, toSource, toTarget, withNumbers } from './merge-patients.ts'
import { PEOPLE_PARAMETERS, readPeople, refusePersonsAndParts, type MergePeople } from './merge-people.ts'
import { buildMergeProvenance, markOf, type MergedVersion } from './merge-record.ts'
import { readOperation, type OperationInput } from './parameters-body.ts'
import { writeMerged } from './merge-answer.ts'
import { findRefusal, JUDGED } from './rehearse.ts'

export interface MergeDeps extends CommitDeps {
  readonly records: Records
  readonly clock: Clock
  readonly publicUrl: string
}

const NAME = '$merge'

/** 200 with Parameters: what was asked, what was done, the target as it is now. */
export const mergeOperation = (deps: MergeDeps): FhirHandler => async (request) => {
  await refusePersonsAndParts(deps, request)
  const input = readOperation(request, { ...PEOPLE_PARAMETERS, 'result-patient': { kind: 'resource', type: 'Patient' } })
  for (let attempt = 1; ; attempt += 1) {
    const people = await readPeople(deps, request, input, NAME)
    try {
      return fhirReply(request, 200, await merge(deps, request, people, input))
    } catch (error) {
      if (!wasOvertaken(error, [people.source, people.target]) || attempt === MAX_TRIES) throw error
    }
  }
}

interface Plan {
  readonly writes: readonly Planned[]
  readonly provenance: string
  readonly said: string
  readonly target: string
}

const merge = async (deps: MergeDeps, request: GuardedRequest, people: MergePeople, input: OperationInput): Promise<string> => {
  const plan = await planMerge(deps, request, people, input)
  if (input.flag('preview') === true) {
    const refusal = plan.writes.length === 0 ? undefined : await findRefusal(deps, request.caller, plan.writes)
    if (refusal !== undefined) throw refusal
    return writeMerged(request, `Nothing was written. ${plan.said}`, plan.target)
  }
  if (plan.writes.length === 0) return writeMerged(request, plan.said, plan.target)
  // what moves was judged when it was written, and says the same of another record
  const { committed } = await commit({ ...deps, checks: JUDGED }, request.caller, plan.writes, async (tx) => tx.adoptCare(people.source.id, people.target.id, markOf(plan.provenance)))
  const target = committed.flatMap((each) => (each.kind === 'written' && each.written.type === 'Patient' && each.written.id === people.target.id ? [each.written.body] : []))[0] ?? plan.target
  return writeMerged(request, plan.said, target)
}

/** Throws patient-merged, bad-parameter, invalid-resource, too-costly. */
const planMerge = async (deps: MergeDeps, request: GuardedRequest, people: MergePeople, input: OperationInput): Promise<Plan> => {
  const { source, target } = people
  const { moved, staying } = await gatherMoved(deps, request.caller, source.id, target.id)
  const patients = await planPatients(deps, people, input)
  const writes = [...patients, ...moved.map(({ stored, resource }): Planned => ({ kind: 'update', key: keyOf(stored), resource, path: `${stored.type}/${stored.id}`, expected: stored.version }))]
  const said = `${moved.length} resources refer to Patient/${target.id}${writes.length === moved.length ? '' : ', and the patients are linked'}. ${staying} signed resources, or those of signed visits, stay with Patient/${source.id}.`
  if (writes.length === 0) return { writes, provenance: '', said, target: target.body }
  const id = deps.ids.uuid()
  const made = writes.map(({ key, expected }): MergedVersion => ({ ...key, version: (typeof expected === 'number' ? expected : 0) + 1 }))
  const resource = buildMergeProvenance('merge', { id, source: source.id, target: target.id, made, at: deps.clock.now(), actor: request.caller.actor })
  const after = patients.find(({ key }) => key.id === target.id)?.resource
  return { writes: [...writes, { kind: 'create', key: { type: 'Provenance', id }, resource, path: 'Provenance' }], provenance: id, said, target: after === undefined ? target.body : writeJson(after) }
}

const keyOf = ({ type, id }: { readonly type: string; readonly id: string }): { readonly type: string; readonly id: string } => ({ type, id })

/** None when they are merged already, and only what has come since moves. */
const planPatients = async (deps: MergeDeps, { source, target }: MergePeople, input: OperationInput): Promise<Planned[]> => {
  const before = { source: parseJsonObject(source.body), target: parseJsonObject(target.body) }
  const replaced = linkedBy(before.source, 'replaced-by')
  const result = input.resource('result-patient')
  if (replaced.includes(target.id)) {
    if (result !== undefined) throw outcome('patient-merged', { expression: 'result-patient', diagnostics: 'They are merged already: update the target.' })
    return []
  }
  if (replaced.length > 0) throw outcome('patient-merged', { expression: 'source-patient', diagnostics: 'The source was merged into another patient.' })
  if (linkedBy(before.target, 'replaced-by').length > 0) throw outcome('patient-merged', { expression: 'target-patient', diagnostics: 'The target was merged into another patient: merge into that one.' })
  const after = toTarget(result === undefined ? withNumbers(before.target, before.source) : requireResult(result.resource, target.id, input), source.id)
  await deps.checks.require([{ resource: after, path: result?.place ?? 'Patient', key: keyOf(target) }])
  return [
    { kind: 'update', key: keyOf(source), resource: toSource(before.source, target.id), path: `Patient/${source.id}`, expected: source.version },
    { kind: 'update', key: keyOf(target), resource: after, path: `Patient/${target.id}`, expected: target.version },
  ]
}

/** It is the target, and has the numbers by which that was named. */
const requireResult = (result: JsonObject, target: string, input: OperationInput): JsonObject => {
  if (result.get('id') !== target) throw outcome('bad-parameter', { expression: 'result-patient', diagnostics: 'result-patient has the id of the target.' })
  const text = new Set(numbersIn(result.get('identifier')))
  if (numbersIn(input.objects('target-patient-identifier')).some((number) => !text.has(number))) throw outcome('bad-parameter', { expression: 'result-patient', diagnostics: 'result-patient has each target-patient-identifier.' })
  return result
}

const numbersIn = (identifiers: JsonValue | undefined): string[] => (Array.isArray(identifiers) ? identifiers.map((each: JsonValue) => `${stringAt(each, 'system') ?? ''}|${stringAt(each, 'value') ?? ''}`) : [])
