/**
 * Lessons of the training hospital, for each role. A step is done when the person has really done it there: the audit log knows. Pure.
 */
import type { Role } from './actor.ts'

interface Step {
  /** Part of the message key of its words. */
  readonly id: string
  /** What the audit log calls it, of the type of resource when that matters. */
  readonly interaction: string
  readonly type?: string
}

export interface Lesson {
  readonly id: string
  readonly roles: readonly Role[]
  /** Page where it begins. */
  readonly path: string
  readonly steps: readonly Step[]
}

const step = (id: string, interaction = id, type?: string): Step => ({ id, interaction, ...(type !== undefined && { type }) })

export const LESSONS: readonly Lesson[] = [
  { id: 'reception', roles: ['reception'], path: '/tiep-don', steps: [step('find-person', 'search-type', 'Patient'), step('register', 'create', 'Encounter'), step('queue-slip')] },
  { id: 'vital-signs', roles: ['nurse'], path: '/kham', steps: [step('queue'), step('visit-sheet'), step('vital-signs', 'create', 'Observation')] },
  { id: 'visit', roles: ['doctor', 'head'], path: '/kham', steps: [step('queue'), step('visit-sheet'), step('safety-checks'), step('sign-preview'), step('sign'), step('document-read')] },
  { id: 'correction', roles: ['doctor', 'head'], path: '/kham', steps: [step('documents'), step('sign-correction')] },
  { id: 'record', roles: ['doctor', 'head'], path: '/kham', steps: [step('chart'), step('results-inbox')] },
  { id: 'second-signature', roles: ['head'], path: '/hop-ky', steps: [step('cosign-requests'), step('delegation-create'), step('delegation-end')] },
  { id: 'laboratory', roles: ['laboratory'], path: '/xet-nghiem', steps: [step('work-list'), step('specimen-receive'), step('specimen-label'), step('result-enter'), step('result-release')] },
  { id: 'imaging', roles: ['imaging'], path: '/cdha', steps: [step('work-list'), step('specimen-receive'), step('result-enter'), step('result-release')] },
  { id: 'administration', roles: ['administrator'], path: '/quan-tri/nhan-su', steps: [step('account-create'), step('account-disable'), step('audit-read')] },
]

export const lessonsOf = (roles: readonly Role[]): Lesson[] => LESSONS.filter((lesson) => lesson.roles.some((role) => roles.includes(role)))

/** One thing that was done, as the audit log has it. */
export interface Done { readonly interaction: string; readonly type?: string; readonly at: string }

/** Steps of the lesson that were done at or after `since` (an instant, or undefined for a lesson that was not begun). */
export const stepsDone = (lesson: Lesson, since: string | undefined, done: readonly Done[]): string[] => {
  if (since === undefined) return []
  const from = Date.parse(since)
  return lesson.steps
    .filter((each) => done.some((one) => one.interaction === each.interaction && (each.type === undefined || one.type === each.type) && Date.parse(one.at) >= from))
    .map(({ id }) => id)
}

/** GET /api/training -> TrainingProgress ; POST /api/training/lessons/:lesson begins it, or begins it anew. At the training hospital only. */
export interface TrainingProgress {
  readonly lessons: readonly { readonly id: string; readonly path: string; readonly begun?: string; readonly steps: readonly { readonly id: string; readonly done: boolean }[] }[]
}
