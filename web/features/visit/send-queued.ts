/** Sends the draft of a visit that no window has open: to be kept, or into the record, merged with what is stored there by now. */
import { objectFromPlain } from '#api/model/json.ts'
import type { Draft } from '#api/model/site.ts'
import type { Delivery, Queued, QueuedSender } from '#web/device/queued-sender.ts'
import { get, getLossless, post, put, remove } from '#web/fhir/client.ts'
import { isFailure } from '#web/fhir/failure-text.ts'
import { RequestError } from '#web/fhir/request-error.ts'
import { useSession } from '#web/session/session.ts'
import { readDraft } from './drafted.ts'
import { localInstant } from './local-instant.ts'
import { baseOfOldDraft, conflictsOf, mergeForms } from './merge-form.ts'
import { readSheet } from './read-sheet.ts'
import { buildVisitBundle } from './visit-bundle.ts'
import { unreadableVitals } from './vital-ranges.ts'
import { emptyVisitForm, removedRows, visitFormOf } from './visit-form.ts'

const PREFIX = 'visit-'
const addressOf = (name: string): string => `/api/drafts/${encodeURIComponent(name)}`

async function keep({ name, body, fate }: Queued, signal: AbortSignal): Promise<Delivery> {
  const quiet = { relogin: false, background: true, signal }
  try {
    return { kind: 'draft', base: (await put<Draft>(addressOf(name), { body, base: fate.base }, quiet)).version }
  } catch (error) {
    if (!isFailure(error, 'version-conflict')) throw error
    // the answer to an earlier attempt may have been lost on its way
    const there = await get<Draft>(addressOf(name), quiet).catch((failure: unknown) => { if (isFailure(failure, 'not-found')) return undefined; throw failure })
    if (there === undefined) return { kind: 'draft', base: (await put<Draft>(addressOf(name), { body, base: 0 }, quiet)).version }
    return there.body === body ? { kind: 'draft', base: there.version } : { kind: 'merge' }
  }
}

async function file({ name, body, fate }: Queued, signal: AbortSignal): Promise<Delivery> {
  const { info } = useSession()
  const typed = readDraft(body)
  if (!typed) throw new RequestError('bad-request', 0)
  const address = `/api/visits/${encodeURIComponent(name.slice(PREFIX.length))}`
  const quiet = { relogin: false, background: true, signal }
  for (let attempt = 0; ; attempt += 1) {
    const sheet = readSheet(await getLossless(address, quiet))
    const now = visitFormOf(sheet)
    const { form, base } = mergeForms(typed.base ?? baseOfOldDraft(typed.form, now, emptyVisitForm()), typed.form, now)
    if (conflictsOf(base, form, now).length > 0 || unreadableVitals(form.vitals).length > 0) return { kind: 'merge' }
    const bundle = buildVisitBundle(form, {
      encounter: sheet.encounter, practitioner: info?.account.practitioner ?? '', practitionerName: info?.account.name ?? '',
      at: localInstant(new Date()), allergies: sheet.allergies, newId: () => crypto.randomUUID(), removed: removedRows(now, form),
    })
    try {
      await post(`${address}/save`, objectFromPlain({ bundle }), quiet)
      // a newer draft, of another PC, stays
      await remove(addressOf(name), { ...quiet, query: { base: fate.base } }).catch((error: unknown) => { if (!isFailure(error, 'version-conflict')) throw error })
      return { kind: 'saved' }
    } catch (error) {
      if (attempt > 0 || !isFailure(error, 'version-conflict')) throw error
    }
  }
}

export default { prefix: PREFIX, send: (item, signal) => (item.fate.want === 'save' ? file(item, signal) : keep(item, signal)) } satisfies QueuedSender
