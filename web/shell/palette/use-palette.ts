/** What the palette knows: pages that this person may open, what can be done on the page that is shown, and patients, who are looked up at the server. */
import { computed, ref, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import { useRouter } from 'vue-router'
import type { PatientMatch } from '#api/model/site.ts'
import { get } from '#web/fhir/client.ts'
import { chartPath } from '#web/record/chart-path.ts'
import { useSession } from '#web/session/session.ts'
import { ageOn, today } from '#web/ui/format.ts'
import { setTheme, THEMES } from '#web/ui/theme.ts'
import { useAsyncOptions } from '#web/ui/use-async-options.ts'
import { pageActions } from '../page-keys.ts'
import { recentPatients, type RecentPatient } from '../recent-patients.ts'
import { featureRoutes, mayOpen, menuOf } from '../routes.ts'
import { inPaletteOrder, type PaletteItem } from './palette-items.ts'

const [SHORTEST, PATIENTS, PAUSE] = [2, 8, 180]

export const usePalette = () => {
  const { t } = useI18n()
  const router = useRouter()
  const session = useSession()
  const query = ref('')
  const found = useAsyncOptions<PatientMatch>((q, signal) => get<readonly PatientMatch[]>('/api/patients', { query: { q }, signal }))
  const chart = featureRoutes.find(({ name }) => name === 'chart')
  /** Records are for those who may open one; reception has its own search. */
  const seesRecords = computed(() => chart !== undefined && mayOpen(chart.access, session.visitor))

  const go = (path: string) => (): void => { void router.push(path) }
  const note = ({ birthDate, gender }: Pick<RecentPatient, 'birthDate' | 'gender'>): string => {
    const age = ageOn(birthDate, today())
    return [t(`ui.gender.${gender === 'male' || gender === 'female' ? gender : 'other'}`), age && t(`ui.age.${age.unit}`, { n: age.value })].filter(Boolean).join(', ')
  }
  const toItem = (patient: RecentPatient): PaletteItem => ({ id: `patient-${patient.id}`, group: 'patients', label: patient.name, note: note(patient), run: go(chartPath(patient.id)) })

  const pages = computed(() => [
    ...menuOf(featureRoutes, session.visitor).map((route): PaletteItem => ({ id: `page-${route.name}`, group: 'pages', label: t(route.menu.label), run: go(route.path) })),
    ...(session.info ? [{ id: 'page-account', group: 'pages' as const, label: t('account.menu'), run: go('/tai-khoan') }, { id: 'page-verify', group: 'pages' as const, label: t('palette.verify'), run: go('/xac-minh') }] : []),
  ])
  const actions = computed(() => pageActions().map(({ keys, label, run }): PaletteItem => ({ id: `action-${keys}`, group: 'actions', label: t(label), note: keys, run })))
  const looks = computed(() => THEMES.map((name): PaletteItem => ({ id: `look-${name}`, group: 'pc', label: `${t('shell.look')}: ${t(`shell.theme.${name}`)}`, run: () => setTheme(name) })))
  const text = computed(() => query.value.trim())
  const asks = computed(() => seesRecords.value && text.value.length >= SHORTEST)
  watch(text, () => { if (asks.value) found.ask(text.value, PAUSE); else found.reset() })
  const patients = computed(() => (!seesRecords.value ? [] : asks.value ? found.options.value.slice(0, PATIENTS).map(toItem) : text.value === '' ? recentPatients.value.map(toItem) : []))

  const items = computed<readonly PaletteItem[]>(() => inPaletteOrder([...actions.value, ...pages.value, ...looks.value], patients.value, text.value))
  const searching = computed(() => found.state.value === 'loading')
  const failed = computed(() => found.state.value === 'failed')
  return { query, items, searching, failed, seesRecords, settled: () => found.settled() }
}
