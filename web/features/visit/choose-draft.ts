/** Which draft a visit opens with, when there may be one on this PC and one at the server: nothing that was typed is passed over without being put aside. Pure. */
import type { LocalDraft } from '#web/device/draft-rows.ts'
import type { Draft } from '#api/model/site.ts'

export interface ChosenDraft {
  readonly draft?: LocalDraft
  /** Version of the server's draft that what is typed next goes on from. */
  readonly base: number
  readonly aside?: LocalDraft
}

const toLocal = ({ body, updatedAt }: LocalDraft): LocalDraft => ({ body, updatedAt })

export function chooseDraft(here: LocalDraft | undefined, there: Draft | undefined): ChosenDraft {
  const fate = here?.fate
  const unsent = fate?.sent === false
  if (!here) return { ...(there && { draft: there }), base: there?.version ?? 0 }
  // a copy of the server's answer may be older than what this PC knows of the server
  if (!there) return { draft: here, base: unsent ? fate.base : 0 }
  if (here.body === there.body) return { draft: there, base: there.version }
  // typed here behind what the server has, whatever the clocks say
  if (fate && fate.base >= there.version) return { draft: here, base: fate.base }
  const newer = here.updatedAt > there.updatedAt ? here : there
  const older = newer === here ? there : here
  // what the server has got of this PC, and somebody went on from, is no version of its own
  const isHistory = older === here && fate?.sent === true
  return { draft: newer, base: there.version, ...(!isHistory && { aside: toLocal(older) }) }
}
