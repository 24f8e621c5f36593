/** The question of an app, asked of the server by the page's own address, and the person's answer. */
import { computed, onMounted, ref, shallowRef } from 'vue'
import { useRoute } from 'vue-router'
import type { AppQuestion, PatientMatch } from '#api/model/site.ts'
import { get, post } from '#web/fhir/client.ts'
import { useAction } from '#web/ui/use-action.ts'
import { missing, siteOf, wantsPatient, type Asked } from './consent-form.ts'

/** The address is not kept in the history: going back would ask for what is used up. */
const leaveFor = (address: string): void => window.location.replace(address)

export const useConsent = () => {
  const route = useRoute()
  const query = Object.fromEntries(Object.entries(route.query).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])))
  const action = useAction()
  const question = shallowRef<Asked>()
  const kept = ref<string[]>([])
  const patient = shallowRef<PatientMatch | null>(null)
  const wrong = ref<'needsOne' | 'needsPatient'>()
  const leaving = ref(false)

  const leave = (address: string): void => {
    leaving.value = true
    leaveFor(address)
  }
  const load = (): Promise<boolean> => action.run(async () => {
    const found = await get<AppQuestion>('/api/app-requests', { query })
    if (found.kind === 'return') { leave(found.to); return }
    question.value = found
    kept.value = [...found.scopes]
  })
  const send = async (allow: boolean): Promise<void> => {
    if (question.value === undefined) return
    wrong.value = allow ? missing(question.value, kept.value, patient.value?.id) : undefined
    if (wrong.value !== undefined) return
    await action.run(async () => {
      const { to } = await post<{ to: string }>('/api/app-requests', { request: new URLSearchParams(query).toString(), allow, scopes: kept.value, patient: patient.value?.id ?? '' })
      leave(to)
    })
  }
  onMounted(load)
  return {
    question, kept, patient, wrong, leaving, action, load, site: siteOf(query['redirect_uri'] ?? ''),
    choosing: computed(() => question.value !== undefined && wantsPatient(question.value, kept.value)),
    allow: () => send(true), deny: () => send(false),
    keep: (scope: string, on: boolean) => { kept.value = question.value?.scopes.filter((each) => (each === scope ? on : kept.value.includes(each))) ?? [] },
    find: (text: string, signal: AbortSignal) => get<PatientMatch[]>('/api/patients', { query: { q: text }, signal }),
  }
}
