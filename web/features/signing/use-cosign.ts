/** Documents that wait for a second signature: read as they are stored, signed by one PIN, or refused with a reason. */
import { useQueryClient } from '@tanstack/vue-query'
import { ref, shallowRef, type Ref } from 'vue'
import type { CosignResult, CosignRow } from '#api/model/cosigning.ts'
import { OUTCOMES } from '#api/model/outcome.ts'
import { getBlob, post } from '#web/fhir/client.ts'
import { failureText } from '#web/fhir/failure-text.ts'
import { i18n } from '#web/i18n/index.ts'
import { showDateTime } from '#web/ui/format.ts'
import { useAction } from '#web/ui/use-action.ts'
import type { ReviewItem } from './review-item.ts'

export interface CosignBatch {
  readonly open: Ref<boolean>
  readonly busy: Ref<boolean>
  readonly failure: Ref<unknown>
  readonly items: Ref<readonly ReviewItem[]>
  readonly asked: Ref<number>
  /** Sentences by request, of those that the last signing refused. */
  readonly refused: Ref<ReadonlyMap<string, string>>
  review(rows: readonly CosignRow[]): Promise<void>
  /** How many were signed; undefined: the PIN was refused or nothing was answered. */
  sign(pin: string): Promise<number | undefined>
  refuse(row: CosignRow, reason: string): Promise<void>
  close(): void
}

export function useCosign(): CosignBatch {
  const client = useQueryClient()
  const open = ref(false)
  const items = shallowRef<readonly ReviewItem[]>([])
  const asked = ref(0)
  const refused = shallowRef<ReadonlyMap<string, string>>(new Map())
  const action = useAction()
  let shown: { readonly id: string; readonly pdfSha256: string }[] = []

  const refresh = (): Promise<unknown> => Promise.all([client.invalidateQueries({ queryKey: ['cosign-requests'] }), client.invalidateQueries({ queryKey: ['menu-count'] })])
  const forget = (): void => {
    for (const { pages } of items.value) for (const { url } of pages) URL.revokeObjectURL(url)
    items.value = []
    shown = []
  }
  const close = (): void => { open.value = false; forget() }

  async function readOne(row: CosignRow): Promise<ReviewItem> {
    const item = { key: row.id, title: row.name, note: `${row.signer}, ${showDateTime(row.signedAt)}`, pages: [], warnings: [] }
    try {
      const url = URL.createObjectURL(await getBlob('GET', `/api/documents/${encodeURIComponent(row.document)}/pdf`))
      shown.push({ id: row.id, pdfSha256: row.pdfSha256 })
      return { ...item, pages: [{ title: row.title, url }] }
    } catch (error) {
      return { ...item, failure: failureText(error) }
    }
  }
  async function review(rows: readonly CosignRow[]): Promise<void> {
    forget()
    asked.value = rows.length
    open.value = true
    await action.run(async () => {
      for (const row of rows) items.value = [...items.value, await readOne(row)]
    })
  }
  async function sign(pin: string): Promise<number | undefined> {
    let answer: CosignResult | undefined
    if (!await action.run(async () => { answer = await post<CosignResult>('/api/cosign-requests/sign', { requests: shown, pin }) }) || answer === undefined) return undefined
    const language = i18n.global.locale.value === 'vi' ? 'vi' : 'en'
    refused.value = new Map(answer.results.flatMap((result) => ('failure' in result ? [[result.id, OUTCOMES[result.failure][language]] as const] : [])))
    close()
    await refresh()
    return answer.results.filter((result) => 'document' in result).length
  }
  async function refuse(row: CosignRow, reason: string): Promise<void> {
    await post(`/api/cosign-requests/${encodeURIComponent(row.id)}/refusal`, { reason })
    await refresh()
  }
  return { open, busy: action.busy, failure: action.failure, items, asked, refused, review, sign, refuse, close }
}
