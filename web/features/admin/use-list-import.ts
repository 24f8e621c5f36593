/** The form of an import: what is asked for, the dry run, and the apply of exactly what was looked at. */
import { computed, reactive, ref, watch } from 'vue'
import type { CodeListInfo, ImportReport, ListMapping } from '#api/model/ports.ts'
import { post } from '#web/fhir/client.ts'
import { useAction } from '#web/ui/use-action.ts'

const toBase64 = (bytes: Uint8Array): string => {
  let text = ''
  for (let i = 0; i < bytes.length; i += 8192) text += String.fromCharCode(...bytes.subarray(i, i + 8192))
  return btoa(text)
}

/** "route=Đường dùng; unit=Đơn vị" -> {route: 'Đường dùng', unit: 'Đơn vị'} */
const propertyColumns = (text: string): Record<string, string> =>
  Object.fromEntries(text.split(';').flatMap((pair) => { const [name, title] = pair.split('=').map((p) => p.trim()); return name && title ? [[name, title] as const] : [] }))

/** Only what was filled in. */
const filled = <Key extends string>(values: Record<Key, string>): Partial<Record<Key, string>> =>
  Object.fromEntries(Object.entries<string>(values).map(([key, value]) => [key, value.trim()] as const).filter(([, value]) => value !== '')) as Partial<Record<Key, string>>

type TextField = 'version' | 'title' | 'validFrom' | 'validTo' | 'legalBasis' | 'source' | 'licence' | 'code' | 'display' | 'displayEn' | 'rowFrom' | 'rowTo' | 'reviewed' | 'properties'
interface ListForm extends Record<TextField, string> { kind: '' | 'official' | 'starter'; extent: '' | 'complete' | 'partial' }

export function useListImport(list: CodeListInfo, onApplied: () => void) {
  const action = useAction()
  const form = reactive<ListForm>({
    version: '', title: list.title, validFrom: '', validTo: '', legalBasis: '', source: '', licence: '', kind: '', extent: '',
    code: '', display: '', displayEn: '', rowFrom: '', rowTo: '', reviewed: '', properties: '',
  })
  const file = ref<{ name: string; base64: string }>()
  const report = ref<ImportReport>()
  const ready = computed(() => file.value !== undefined && [form.version, form.validFrom, form.source, form.licence, form.kind, form.extent, form.code, form.display].every((v) => v.trim() !== ''))
  // What is applied is what the report was made of.
  watch([form, file], () => { report.value = undefined })

  const mapping = (): ListMapping => ({
    list: list.list, version: form.version.trim(), validFrom: form.validFrom, source: form.source.trim(), licence: form.licence.trim(), starter: form.kind === 'starter', complete: form.extent === 'complete',
    ...filled({ title: form.title, validTo: form.validTo, legalBasis: form.legalBasis }),
    columns: {
      code: form.code.trim(), display: form.display.trim(), properties: propertyColumns(form.properties),
      ...filled({ displayEn: form.displayEn, validFrom: form.rowFrom, validTo: form.rowTo, reviewed: form.reviewed }),
    },
  })

  return {
    action, form, report, ready,
    take: async (chosen: File): Promise<void> => {
      file.value = { name: chosen.name, base64: toBase64(new Uint8Array(await chosen.arrayBuffer())) }
    },
    send: async (apply: boolean): Promise<void> => {
      const went = await action.run(async () => { report.value = await post<ImportReport>('/api/admin/code-lists/import', { ...file.value, mapping: mapping() }, { query: { apply: String(apply) } }) })
      if (!went) report.value = undefined
      if (report.value?.applied) onApplied()
    },
  }
}
