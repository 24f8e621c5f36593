/** How far a person is with the lessons of the training hospital: read from what the audit log says of them. These routes exist nowhere else. */
import type { Role } from '../model/actor.ts'
import { outcome } from '../model/outcome.ts'
import type { Settings } from '../model/people.ts'
import type { AuditLog, Caller, Clock } from '../model/ports.ts'
import { lessonsOf, stepsDone, type Lesson, type TrainingProgress } from '../model/training.ts'
import { requireParam } from './input.ts'
import { json, type Route } from './route.ts'
import { requirePerson } from './visit-access.ts'

export interface TrainingDeps {
  readonly audit: Pick<AuditLog, 'find' | 'record'>
  readonly settings: Settings
  readonly clock: Clock
}

/** More than anybody does between two looks at a lesson; older rows count no more. */
const ROWS = 2000

const keyOf = (account: string, lesson: string): string => `training ${account} ${lesson}`

/** GET /api/training ; POST /api/training/lessons/:lesson */
export const trainingRoutes = ({ audit, settings, clock }: TrainingDeps): Route[] => {
  const progressOf = async (account: string, lessons: readonly Lesson[]): Promise<TrainingProgress> => {
    const begun = await Promise.all(lessons.map((lesson) => settings.find(keyOf(account, lesson.id))))
    const [first] = begun.filter((at) => at !== undefined).sort()
    const done = first === undefined ? [] : (await audit.find({ account, from: first, count: ROWS })).filter(({ outcome: how }) => how === 'success')
    return {
      lessons: lessons.map((lesson, at) => {
        const steps = stepsDone(lesson, begun[at], done)
        return { id: lesson.id, path: lesson.path, ...(begun[at] !== undefined && { begun: begun[at] }), steps: lesson.steps.map(({ id }) => ({ id, done: steps.includes(id) })) }
      }),
    }
  }
  return [
    {
      method: 'GET', url: '/api/training', site: 'hospital', access: 'session',
      handler: async ({ caller }) => json(200, await progressOf(requirePerson(caller).account, lessonsOf(rolesOf(caller)))),
    },
    {
      method: 'POST', url: '/api/training/lessons/:lesson', site: 'hospital', access: 'session',
      handler: async (request) => {
        const { account } = requirePerson(request.caller)
        const lessons = lessonsOf(rolesOf(request.caller))
        const lesson = lessons.find(({ id }) => id === requireParam(request, 'lesson'))
        if (lesson === undefined) throw outcome('not-found')
        await audit.record(request.caller, { action: 'E', interaction: 'lesson-begin', outcome: 'success', detail: lesson.id })
        await settings.save(keyOf(account, lesson.id), clock.now().toISOString())
        return json(200, await progressOf(account, lessons))
      },
    },
  ]
}

const rolesOf = (caller: Caller): Role[] => [...new Set(requirePerson(caller).grants.map(({ role }) => role))]
