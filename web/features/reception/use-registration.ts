/** The desk's work: one box for scanner and keyboard, the form, likely duplicates as one types, and one request that registers. */
import { keepPreviousData, useMutation, useQuery } from '@tanstack/vue-query'
import { computed, nextTick, reactive, ref, shallowRef, watch } from 'vue'
import type { Patient } from '@medplum/fhirtypes'
import type { CitizenCard } from '#api/model/citizen-card.ts'
import type { PatientMatch, RegistrationRequest, RegistrationResult } from '#api/model/site.ts'
import { get, post, put } from '#web/fhir/client.ts'
import { failureText, isFailure } from '#web/fhir/failure-text.ts'
import { findTerms, toCoding } from '#web/fhir/queries.ts'
import { queryClient } from '#web/fhir/query-client.ts'
import { fold } from '#api/model/fold.ts'
import { today } from '#web/ui/format.ts'
import { buildPatient, isUnchanged, readPatient } from './patient-form.ts'
import { applyCard, applyIssue, checkForm, emptyForm, matchQuestion, type FormField, type RegistrationForm } from './registration-form.ts'
import { parseScanInput } from './scan-input.ts'
import { saysMore, useAside, type KnownPatient } from './use-aside.ts'

export interface Registered extends RegistrationResult { readonly name: string; readonly birthDate: string; readonly departmentName: string; readonly known: boolean }
export type ScanState = { readonly kind: 'idle' | 'looking' | 'unreadable' | 'new' | 'newNumber' | 'none' } | { readonly kind: 'known'; readonly name: string } | { readonly kind: 'many'; readonly count: number } | { readonly kind: 'failed'; readonly text: string }

const PAUSE = 350

/** Province and commune of a card's address, where its last parts are names in force; people correct them by hand. */
const findPlaces = async (form: RegistrationForm): Promise<void> => {
  const parts = form.addressLine.split(',').map((part) => part.trim())
  const last = parts.at(-1)
  if (!last || form.province) return
  const province = (await findTerms('provinces', last, { count: 3 })).find((found) => [found.display, found.properties.short ?? ''].some((name) => fold(name) === fold(last)))
  if (!province) return
  form.province = toCoding(province)
  const before = parts.at(-2)
  const commune = before ? (await findTerms('communes', before, { count: 50 })).filter((found) => found.properties.province === province.code && fold(found.display) === fold(before)) : []
  if (commune[0] && commune.length === 1) form.commune = toCoding(commune[0])
  form.addressLine = parts.slice(0, commune.length === 1 ? -2 : -1).join(', ')
}

export const useRegistration = (options: { departments: () => readonly { id: string; name: string }[]; defaultDepartment: () => string; focus: (target: FormField | 'scan' | 'register') => void }) => {
  const form = reactive<RegistrationForm>(emptyForm())
  const known = shallowRef<KnownPatient>()
  const scanText = ref('')
  const scan = ref<ScanState>({ kind: 'idle' })
  const candidates = shallowRef<readonly PatientMatch[]>([])
  /** Found by words, which may look for anyone: shown, but no reason to hold up the form. */
  const searched = shallowRef<readonly PatientMatch[]>([])
  const tried = ref(false)
  const newAnyway = ref(false)
  const failure = shallowRef<unknown>()
  const registered = shallowRef<Registered>()
  /** Grows with every new form: fields drop what was half typed for another person. */
  const round = ref(0)
  let requestId = crypto.randomUUID()

  watch(options.defaultDepartment, (id) => { if (form.department === '' && id !== '') form.department = id }, { immediate: true })

  const check = computed(() => checkForm(form, today()))
  const question = ref<ReturnType<typeof matchQuestion>>()
  let timer: ReturnType<typeof setTimeout> | undefined
  watch(() => JSON.stringify(known.value ? undefined : matchQuestion(form)), (text) => {
    clearTimeout(timer)
    timer = setTimeout(() => { question.value = text === undefined ? undefined : JSON.parse(text) as ReturnType<typeof matchQuestion> }, PAUSE)
  })
  const duplicates = useQuery({
    queryKey: ['patient-matches', question],
    queryFn: ({ signal }) => get<readonly PatientMatch[]>('/api/patients/matches', { query: question.value ?? {}, signal }),
    enabled: () => question.value !== undefined && known.value === undefined,
    placeholderData: keepPreviousData,
  })
  const likely = computed(() => (known.value ? [] : candidates.value.length > 0 ? candidates.value : question.value ? duplicates.data.value ?? [] : []))
  const matches = computed(() => [...searched.value, ...likely.value.filter((match) => !searched.value.some(({ id }) => id === match.id))])
  const blocked = computed(() => !known.value && !newAnyway.value && likely.value.some((match) => match.grade === 'certain'))

  /** The card that was scanned for this form. */
  let scanned: CitizenCard | undefined
  const aside = useAside()

  /** Of the person on the form; the reason for coming is nobody's record. */
  const stored = (): Partial<RegistrationForm> => (known.value ? readPatient(known.value.resource) : emptyForm())
  const halfTyped = () => ({ form: { ...form }, ...(known.value && { known: known.value }), ...(scanned && { scanned }) })
  /** What is typed and nowhere else yet is held before another person takes the form. */
  const putAside = (): void => { if (saysMore(form, stored())) aside.put(halfTyped()) }

  function take(match: PatientMatch): void {
    const record = readPatient(match.patient)
    // what the record says too is not lost by choosing it, and the reason stays on the form
    if (saysMore({ ...form, reason: '' }, known.value ? stored() : record)) putAside()
    known.value = { id: match.id, version: match.version, resource: match.patient }
    Object.assign(form, record)
    if (scanned) Object.assign(form, applyIssue(form, scanned))
    candidates.value = searched.value = []
    tried.value = false
    failure.value = undefined
    scan.value = { kind: 'known', name: match.name }
    void nextTick(() => options.focus(form.department === '' ? 'department' : 'register'))
  }
  function startAnew(): void {
    round.value += 1
    Object.assign(form, emptyForm(form.department || options.defaultDepartment()))
    known.value = undefined
    scanned = undefined
    candidates.value = searched.value = []
    scanText.value = ''
    scan.value = { kind: 'idle' }
    tried.value = false
    newAnyway.value = false
    failure.value = undefined
    requestId = crypto.randomUUID()
    void nextTick(() => options.focus('scan'))
  }
  function reset(): void {
    putAside()
    startAnew()
  }
  /** The held form comes back, and what is typed now is held in its place. */
  function takeBack(): void {
    const half = aside.take()
    if (!half) return
    reset()
    Object.assign(form, half.form)
    known.value = half.known
    scanned = half.scanned
    void nextTick(() => options.focus('name'))
  }
  /** A form in work belongs to another person than the next scan: it starts anew, but for the clinic. */
  function clearForScan(): void {
    const text = scanText.value
    reset()
    scanText.value = text
    registered.value = undefined
    scan.value = { kind: 'looking' }
  }
  async function submitScan(): Promise<void> {
    const input = parseScanInput(scanText.value)
    if (input.kind === 'empty' || scan.value.kind === 'looking') return
    if (input.kind === 'unreadable') { scan.value = { kind: 'unreadable' }; return }
    // words only look somebody up: what is typed stays until a record is chosen
    const kept = input.kind === 'words' && saysMore(form, stored())
    if (kept) scan.value = { kind: 'looking' }
    else {
      clearForScan()
      scanned = input.kind === 'card' ? input.card : undefined
    }
    try {
      if (input.kind === 'words') {
        const found = await get<readonly PatientMatch[]>('/api/patients', { query: { q: input.text } })
        const certain = found.filter((match) => match.grade === 'certain')
        if (!kept && certain.length === 1 && certain[0]) { scanText.value = ''; take(certain[0]); return }
        searched.value = found
        scan.value = found.length === 0 ? { kind: 'none' } : { kind: 'many', count: found.length }
        return
      }
      const value = input.kind === 'card' ? input.card.number : input.value
      const found = await get<readonly PatientMatch[]>('/api/patients/matches', { query: { identifier: value, ...(input.kind === 'card' ? { name: input.card.name, birthDate: input.card.birthDate } : {}) } })
      const certain = found.filter((match) => match.grade === 'certain')
      scanText.value = ''
      if (certain.length === 1 && certain[0]) { take(certain[0]); return }
      if (input.kind === 'card') {
        Object.assign(form, applyCard(form, input.card))
        await findPlaces(form).catch(() => undefined)
      } else if (input.kind === 'citizen') form.citizen = input.value
      else form.insurance = input.value
      candidates.value = found
      scan.value = found.length === 0 ? { kind: input.kind === 'card' ? 'new' : 'newNumber' } : { kind: 'many', count: found.length }
      void nextTick(() => options.focus(input.kind === 'card' ? 'phone' : 'name'))
    } catch (error) {
      scan.value = { kind: 'failed', text: failureText(error) }
    }
  }

  /** Someone changed the record meanwhile: the newest version becomes the base, the form stays as typed and is looked at once more. */
  async function renew(): Promise<void> {
    if (!known.value) return
    const resource = await get<Patient>(`/fhir/R4/Patient/${known.value.id}`).catch(() => undefined)
    if (resource) known.value = { id: known.value.id, version: Number(resource.meta?.versionId ?? known.value.version), resource }
  }

  const sending = useMutation({ mutationFn: (request: RegistrationRequest) => post<RegistrationResult>('/api/registrations', request) })
  async function register(): Promise<void> {
    if (sending.isPending.value) return
    tried.value = true
    failure.value = undefined
    const wrong = Object.keys(check.value.errors) as FormField[]
    if (wrong[0]) { options.focus(wrong[0]); return }
    if (blocked.value) return
    try {
      const result = await sending.mutateAsync({
        patient: known.value && isUnchanged(form, known.value.resource) ? known.value.resource : buildPatient(form, known.value?.resource),
        ...(known.value ? { patientVersion: known.value.version } : {}),
        department: form.department,
        ...(form.reason.trim() === '' ? {} : { reason: form.reason.trim() }),
        requestId,
      })
      registered.value = { ...result, name: form.name, birthDate: form.birthDate, departmentName: options.departments().find((place) => place.id === form.department)?.name ?? '', known: known.value !== undefined }
      void queryClient.invalidateQueries({ queryKey: ['queue'] })
      startAnew()
    } catch (error) {
      failure.value = error
      if (isFailure(error, 'version-conflict')) await renew()
    }
  }
  const storing = useMutation({ mutationFn: (patient: Patient) => put<Patient>(`/fhir/R4/Patient/${patient.id ?? ''}`, patient, { ifMatch: known.value?.version ?? 0 }) })
  const saved = ref(0)
  /** What was missing on a known patient's record is added without another number: the visit that waits for it is under way. */
  async function saveRecord(): Promise<void> {
    const base = known.value
    if (!base || storing.isPending.value) return
    tried.value = true
    failure.value = undefined
    const wrong = Object.keys(check.value.errors) as FormField[]
    if (wrong[0]) { options.focus(wrong[0]); return }
    try {
      if (!isUnchanged(form, base.resource)) await storing.mutateAsync(buildPatient(form, base.resource))
      startAnew()
      saved.value += 1
    } catch (error) {
      failure.value = error
      if (isFailure(error, 'version-conflict')) await renew()
    }
  }
  return { round, saved, aside: aside.held, takeBack, saveRecord, storing: storing.isPending, form, known, scanText, scan, matches, tried, newAnyway, blocked, failure, registered, check, sending: sending.isPending, submitScan, take, reset, register }
}
