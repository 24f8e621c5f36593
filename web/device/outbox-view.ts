/** What the outbox makes of drafts: which wait, which may go by themselves, in which order, and what is said of each. Pure. */
import type { LocalDraft } from './draft-rows.ts'
import type { Queued } from './queued-sender.ts'

/** What is typed is at the server seconds later: only what is older than that waits. */
export const WAITS_AFTER_MS = 20_000

/** Failures after which trying again may help, without anybody doing anything. */
const PASSING = new Set(['network', 'overloaded', 'internal', 'timeout', 'bad-answer', 'session-expired', 'sign-in-needed'])

export const isPassing = (reason: string | undefined): boolean => reason === undefined || PASSING.has(reason)

const isQueued = (draft: LocalDraft & { readonly name: string }): draft is Queued => draft.fate?.sent === false

/** Oldest first: the order in which they go. */
export const queuedOf = (drafts: readonly (LocalDraft & { readonly name: string })[]): readonly Queued[] =>
  drafts.filter(isQueued).sort((one, two) => (one.fate.since < two.fate.since ? -1 : one.fate.since > two.fate.since ? 1 : 0))

export const waitingOf = (drafts: readonly (LocalDraft & { readonly name: string })[], now: number): readonly Queued[] =>
  queuedOf(drafts).filter(({ fate }) => fate.want === 'save' || fate.reason !== undefined || now - Date.parse(fate.since) >= WAITS_AFTER_MS)

/** What goes now; `only`: what somebody asked for, whatever was said of it before. */
export const dueOf = (drafts: readonly (LocalDraft & { readonly name: string })[], only?: string): readonly Queued[] =>
  queuedOf(drafts).filter(({ name, fate }) => (only === undefined ? isPassing(fate.reason) : name === only))

/** Key of the sentence that says what will happen. */
export const nextOf = ({ fate }: Queued, online: boolean): 'merge' | 'refused' | 'session' | 'line' | 'soon' =>
  fate.reason === 'merge' ? 'merge' : !isPassing(fate.reason) ? 'refused' : fate.reason === 'session-expired' || fate.reason === 'sign-in-needed' ? 'session' : online ? 'soon' : 'line'
