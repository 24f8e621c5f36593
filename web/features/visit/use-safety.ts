/** The safety checks of the sheet as it is typed. What stands here is about the sheet as it stands: a change of a drug takes the answer away until the next one has come. */
import { computed, onBeforeUnmount, ref, shallowRef, watch, type ComputedRef, type Ref } from 'vue'
import { objectFromPlain } from '#api/model/json.ts'
import type { Check, CheckReport, Override, OverrideReason } from '#api/model/safety.ts'
import { post } from '#web/fhir/client.ts'
import { unanswered } from './line-state.ts'
import type { Visit } from './use-visit.ts'
import type { VisitForm } from './visit-form.ts'

export interface Safety {
  /** About the sheet as it stands; undefined: it is not checked. */
  readonly report: ComputedRef<CheckReport | undefined>
  readonly state: Ref<'waiting' | 'checked' | 'failed'>
  readonly open: ComputedRef<readonly Check[]>
  answer(check: Check, reason: OverrideReason, text: string): void
  takeBack(check: Check): void
  /** Another doctor's login and PIN for these alerts. Throws what the server refuses. */
  confirm(checks: readonly Check[], login: string, pin: string): Promise<void>
  /** What was confirmed counts no more: the server knows nothing of it. */
  dropConfirmations(): void
  again(): void
}

/** Typing comes to rest for so long before the server is asked. */
const REST_MS = 350
/** A server that did not answer is asked again. */
const AGAIN_MS = 10_000

/** What the checks go by; a note to the patient is not among it. */
const asked = ({ drugs, allergies, vitals, pregnancy, foreign }: VisitForm): string =>
  JSON.stringify([drugs.map(({ id, code, dose, doseUnit, frequency, days, route }) => [id, code.code, dose, doseUnit, frequency, days, route?.code]), allergies.map(({ id, text, criticality, refuted }) => [id, text, criticality, refuted]), vitals.weight, vitals.height, pregnancy, foreign.map(({ id }) => id)])

export function useSafety(encounter: string, visit: Pick<Visit, 'form' | 'sheet' | 'checked'>, idle: () => boolean): Safety {
  const { form, sheet } = visit
  const base = `/api/visits/${encodeURIComponent(encounter)}/checks`
  const found = shallowRef<{ readonly about: string; readonly report: CheckReport }>()
  const state = ref<'waiting' | 'checked' | 'failed'>('waiting')
  const about = computed(() => asked(form.value))
  const report = computed(() => (found.value?.about === about.value ? found.value.report : undefined))
  let timer: ReturnType<typeof setTimeout> | undefined
  let running: AbortController | undefined

  async function ask(): Promise<void> {
    running?.abort()
    if (idle() || !sheet.value || form.value.drugs.length + form.value.foreign.length === 0) return
    const mine = (running = new AbortController())
    const subject = about.value
    try {
      const answer = await post<CheckReport>(base, objectFromPlain({ bundle: visit.checked() }), { signal: mine.signal, background: true, relogin: false })
      if (mine.signal.aborted) return
      found.value = { about: subject, report: answer }
      state.value = 'checked'
    } catch {
      if (mine.signal.aborted) return
      found.value = undefined
      state.value = 'failed'
      plan(AGAIN_MS)
    }
  }
  const plan = (wait: number): void => { clearTimeout(timer); timer = setTimeout(() => void ask(), wait) }
  watch([about, sheet], () => { state.value = 'waiting'; plan(REST_MS) })
  onBeforeUnmount(() => { clearTimeout(timer); running?.abort() })

  const put = (key: string, override: Override | undefined): void => {
    form.value = { ...form.value, overrides: [...form.value.overrides.filter((one) => one.key !== key), ...(override ? [override] : [])] }
  }
  const open = computed(() => (report.value ? unanswered(report.value, form.value.overrides) : []))

  return {
    report, state, open,
    answer(check, reason, text) {
      const before = form.value.overrides.find(({ key }) => key === check.key)
      put(check.key, { key: check.key, reason, text, ...(before?.confirmation ? { confirmation: before.confirmation } : {}) })
    },
    takeBack: (check) => put(check.key, undefined),
    async confirm(checks, login, pin) {
      const made = await post<{ confirmation: string; keys: readonly string[] }>(`${base}/confirm`, objectFromPlain({ bundle: visit.checked(), keys: checks.map(({ key }) => key), login, pin }))
      form.value = { ...form.value, overrides: form.value.overrides.map((one) => (made.keys.includes(one.key) ? { ...one, confirmation: made.confirmation } : one)) }
    },
    dropConfirmations() { form.value = { ...form.value, overrides: form.value.overrides.map(({ confirmation: _gone, ...one }) => one) } },
    again: () => plan(0),
  }
}
