/** The visit sheet's state: what is stored, what is typed, the draft between them, and what happens when someone else changed the record meanwhile. */
import { computed, ref, shallowRef, watch, type ComputedRef, type Ref } from 'vue'
import { objectFromPlain, type JsonObject } from '#api/model/json.ts'
import { getLossless, post } from '#web/fhir/client.ts'
import { useSession } from '#web/session/session.ts'
import { dayOf, today } from '#web/ui/format.ts'
import { readDraft, writeDraft, type Drafted } from './drafted.ts'
import { localInstant } from './local-instant.ts'
import { placeOnSheet, resourcesOf } from './place-on-sheet.ts'
import { readSheet, type OpenSheet } from './read-sheet.ts'
import { useDraft, type Drafts } from './use-draft.ts'
import { buildVisitBundle } from './visit-bundle.ts'
import { baseOfOldDraft, conflictsOf, mergeForms, takePlace, type Conflict, type Place } from './merge-form.ts'
import { emptyVisitForm, removedRows, visitFormOf, type VisitForm } from './visit-form.ts'

export type Writable<T> = { -readonly [K in keyof T]: T[K] extends object ? Writable<T[K]> : T[K] }

export interface Visit {
  readonly sheet: Ref<OpenSheet | undefined>
  readonly form: Ref<VisitForm>
  readonly failure: Ref<unknown>
  /** A draft was put back in; when it was typed. */
  readonly restored: Ref<string | undefined>
  readonly drafts: Drafts
  /** Of the visit, at the site: codes are looked up, and checked by the server, as of this day. */
  readonly day: ComputedRef<string>
  readonly signed: ComputedRef<boolean>
  load(): Promise<void>
  discardDraft(): Promise<void>
  /** After 412: takes what others stored meanwhile and keeps what is typed here; where they meet is among the conflicts. */
  rebase(): Promise<void>
  /** Places that were changed here and by others since they were read: nothing is saved or signed before somebody has chosen. */
  readonly conflicts: ComputedRef<readonly Conflict[]>
  decide(place: Place, taken: 'mine' | 'theirs'): void
  /** Takes up what was put aside, and puts aside what is typed here: nothing is lost by looking. */
  swapAside(): Promise<void>
  save(): Promise<void>
  /** The server is out of reach: filed as soon as it is back, by this sheet or by the outbox. */
  queueSave(): Promise<void>
  bundle(): JsonObject
  /** The same for the safety checks: nothing is stored, and findings are not about it. */
  checked(): JsonObject
  /** What the sheet calls the place of a finding about what was sent last. */
  placeOf(expression: string, t: (key: string) => string): string | undefined
}

export function useVisit(encounter: string): Visit {
  const session = useSession()
  const drafts = useDraft(`visit-${encounter}`, () => ({ patient: sheet.value?.patient.name?.[0]?.text ?? '', path: `/nguoi-benh/${sheet.value?.patient.id ?? ''}/lan-kham/${encounter}` }))
  const sheet = shallowRef<OpenSheet>()
  const form = ref<VisitForm>(emptyVisitForm())
  const failure = shallowRef<unknown>()
  const restored = ref<string>()
  let sent: JsonObject | undefined
  let quiet = false

  const day = computed(() => (sheet.value?.encounter.period?.start ? dayOf(sheet.value.encounter.period.start) : today()))
  const signed = computed(() => sheet.value?.encounter.status === 'finished')

  /** What had been read of what is stored, and what is stored as far as is known here. */
  const base = shallowRef<VisitForm>(emptyVisitForm())
  const stored = shallowRef<VisitForm>(base.value)
  const conflicts = computed(() => conflictsOf(base.value, form.value, stored.value))
  const drafted = (): string => writeDraft(form.value, base.value)

  watch(form, () => { if (!quiet && sheet.value) drafts.changed(drafted()) }, { deep: true, flush: 'sync' })
  const setQuietly = (next: VisitForm): void => { quiet = true; form.value = next; quiet = false }

  const readStored = async (): Promise<OpenSheet> => readSheet(await getLossless(`/api/visits/${encodeURIComponent(encounter)}`))
  const take = (found: OpenSheet): VisitForm => (stored.value = visitFormOf(found))
  const startFrom = (found: OpenSheet): VisitForm => (base.value = take(found))
  /** The typed form on top of the sheet as it is stored now. */
  const merge = ({ form: typed, base: read }: Drafted, now: VisitForm): VisitForm => {
    const merged = mergeForms(read ?? baseOfOldDraft(typed, now, emptyVisitForm()), typed, now)
    base.value = merged.base
    return merged.form
  }
  async function load(): Promise<void> {
    failure.value = undefined
    try {
      const found = await readStored()
      const now = startFrom(found)
      const draft = await drafts.open(found.draft)
      const typed = draft && readDraft(draft.body)
      restored.value = typed && draft.updatedAt
      const next = typed ? merge(typed, now) : now
      setQuietly(next)
      // shown only now: into a sheet that is still empty somebody would type what is about to be replaced
      sheet.value = found
      // of before: it has not reached the server yet
      if (typed && drafts.unsent()) drafts.changed(drafted())
    } catch (error) {
      failure.value = error
    }
  }
  async function discardDraft(): Promise<void> {
    await drafts.drop()
    restored.value = undefined
    if (sheet.value) setQuietly(startFrom(sheet.value))
  }
  async function rebase(): Promise<void> {
    const found = await readStored()
    await drafts.takeOver(found.draft)
    sheet.value = found
    form.value = merge({ form: form.value, base: base.value }, take(found))
  }
  function decide(place: Place, taken: 'mine' | 'theirs'): void {
    base.value = takePlace(base.value, stored.value, place)
    if (taken === 'theirs') form.value = takePlace(form.value, stored.value, place)
    if (conflicts.value.length === 0) base.value = stored.value
    drafts.changed(drafted())
  }
  async function swapAside(): Promise<void> {
    const [other, found] = [drafts.aside.value, sheet.value]
    const typed = other && readDraft(other.body)
    if (!typed || !found) return
    await drafts.putAside({ body: drafted(), updatedAt: new Date().toISOString() })
    form.value = merge(typed, stored.value)
  }
  function checked(): JsonObject {
    const found = sheet.value
    if (!found) throw new Error('the visit is not loaded')
    return buildVisitBundle(form.value, {
      encounter: found.encounter, practitioner: session.info?.account.practitioner ?? '', practitionerName: session.info?.account.name ?? '',
      at: localInstant(new Date()), allergies: found.allergies, newId: () => crypto.randomUUID(), removed: removedRows(stored.value, form.value),
    })
  }
  const bundle = (): JsonObject => (sent = checked())
  async function save(): Promise<void> {
    const filed = drafted()
    const filedForm = readDraft(filed)?.form ?? form.value
    await post(`/api/visits/${encodeURIComponent(encounter)}/save`, objectFromPlain({ bundle: bundle() }))
    if (drafted() === filed) await drafts.drop('saved')
    restored.value = undefined
    const found = await readStored()
    sheet.value = found
    if (drafted() === filed) return setQuietly(startFrom(found))
    // typed while it was on its way: that stays, and is a draft again
    form.value = merge({ form: form.value, base: filedForm }, take(found))
    drafts.changed(drafted())
  }
  const placeOf: Visit['placeOf'] = (expression, t) =>
    placeOnSheet(expression, [...resourcesOf(sent), ...(sheet.value?.current ?? []).map((resource) => objectFromPlain(resource))], t)
  return { sheet, form: form, failure, restored, drafts, day, signed, load, discardDraft, rebase, conflicts, decide, swapAside, save, queueSave: () => drafts.queueSave(drafted()), bundle, checked, placeOf }
}
