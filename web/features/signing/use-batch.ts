/** The ticked visits: each is reviewed from what is stored, one PIN signs those that can be signed, and what fails says why and stays ticked off. */
import { ref, shallowRef, type Ref } from 'vue'
import type { BatchResult, WaitingVisit } from '#api/model/signing-inbox.ts'
import { alertsOf, type CheckReport } from '#api/model/safety.ts'
import type { SigningPreview } from '#api/model/site.ts'
import { OUTCOMES } from '#api/model/outcome.ts'
import { getBlob, post } from '#web/fhir/client.ts'
import { failureText } from '#web/fhir/failure-text.ts'
import { issueTexts } from '#web/fhir/issue-text.ts'
import { RequestError } from '#web/fhir/request-error.ts'
import { i18n } from '#web/i18n/index.ts'
import { showDateTime } from '#web/ui/format.ts'
import { useAction } from '#web/ui/use-action.ts'
import type { ReviewItem } from './review-item.ts'

export interface Batch {
  readonly open: Ref<boolean>
  readonly busy: Ref<boolean>
  readonly failure: Ref<unknown>
  readonly items: Ref<readonly ReviewItem[]>
  /** How many are asked for; items come one by one. */
  readonly asked: Ref<number>
  /** Sentences by visit, of those that the last signing refused. */
  readonly refused: Ref<ReadonlyMap<string, string>>
  review(visits: readonly WaitingVisit[]): Promise<void>
  /** How many visits were signed; undefined: the PIN was refused or nothing was answered. */
  sign(pin: string): Promise<number | undefined>
  close(): void
}

/** Nothing beyond what is stored. */
const NOTHING_MORE = { resourceType: 'Bundle', type: 'transaction', entry: [] }

const reasonOf = (error: unknown): string => {
  const issues = error instanceof RequestError ? issueTexts(error.issues, () => undefined) : []
  return issues.length > 0 ? issues.join(' ') : failureText(error)
}

/** What the safety checks note of drugs that need no answer, and of how many lines something was not checked: a batch is no place where that is silent. */
function safetyTexts(report: CheckReport): string[] {
  const { locale, t } = i18n.global
  const open = report.lines.filter(({ checks }) => checks.some(({ verdict }) => verdict === 'not-checked')).length
  return [...alertsOf(report).map(({ words }) => (locale.value === 'vi' ? words.vi : words.en)), ...(open > 0 ? [t('safety.inBatch', { count: open })] : [])]
}

export function useBatch(): Batch {
  const open = ref(false)
  const items = shallowRef<readonly ReviewItem[]>([])
  const asked = ref(0)
  const refused = shallowRef<ReadonlyMap<string, string>>(new Map())
  const action = useAction()
  const previews = new Map<string, string>()

  const forget = (): void => {
    for (const { pages } of items.value) for (const { url } of pages) URL.revokeObjectURL(url)
    items.value = []
    previews.clear()
  }
  const close = (): void => { open.value = false; forget() }

  async function reviewOne(visit: WaitingVisit): Promise<ReviewItem> {
    const item = { key: visit.encounter, title: visit.name, note: showDateTime(visit.arrived), pages: [], warnings: [] }
    try {
      const made = await post<SigningPreview>(`/api/visits/${encodeURIComponent(visit.encounter)}/preview`, { bundle: NOTHING_MORE })
      const pages = await Promise.all(made.documents.map(async ({ title, pages: count, pdf, sections }) => ({ title, pages: count, sections, url: URL.createObjectURL(await getBlob('GET', pdf)) })))
      previews.set(visit.encounter, made.preview)
      return { ...item, pages, warnings: [...issueTexts(made.warnings, () => undefined), ...safetyTexts(made.checks)] }
    } catch (error) {
      return { ...item, failure: reasonOf(error) }
    }
  }
  async function review(visits: readonly WaitingVisit[]): Promise<void> {
    forget()
    asked.value = visits.length
    open.value = true
    await action.run(async () => {
      // one after the other: printing takes the server a second each
      for (const visit of visits) {
        const item = await reviewOne(visit)
        if (!open.value) { forget(); return }
        items.value = [...items.value, item]
      }
    })
  }
  async function sign(pin: string): Promise<number | undefined> {
    let answer: BatchResult | undefined
    const done = await action.run(async () => {
      answer = await post<BatchResult>('/api/signing-inbox/sign', { previews: [...previews].map(([encounter, preview]) => ({ encounter, preview })), pin })
    })
    if (!done || answer === undefined) return undefined
    const language = i18n.global.locale.value === 'vi' ? 'vi' : 'en'
    refused.value = new Map(answer.results.flatMap((result) => ('failure' in result ? [[result.encounter, OUTCOMES[result.failure][language]] as const] : [])))
    close()
    return answer.results.filter((result) => 'documents' in result).length
  }
  return { open, busy: action.busy, failure: action.failure, items, asked, refused, review, sign, close }
}
