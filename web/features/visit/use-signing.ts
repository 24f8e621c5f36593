/** Review and sign: the server renders the exact PDFs, the person reads them and types the PIN once, and everything is stored in one transaction or not at all. */
import { ref, shallowRef, type Ref } from 'vue'
import type { SessionInfo, SigningPreview, SignResult } from '#api/model/site.ts'
import { objectFromPlain } from '#api/model/json.ts'
import { get, getBlob, post } from '#web/fhir/client.ts'
import { isFailure } from '#web/fhir/failure-text.ts'
import { useSession } from '#web/session/session.ts'
import { useAction } from '#web/ui/use-action.ts'
import type { Visit } from './use-visit.ts'

export interface Correction { readonly kind: 'replaces' | 'appends'; readonly reason: string }

export interface Signing {
  readonly open: Ref<boolean>
  readonly busy: Ref<boolean>
  readonly preview: Ref<SigningPreview | undefined>
  /** Blob addresses of the rendered PDFs, in the order of preview.documents. */
  readonly pdfs: Ref<readonly string[]>
  readonly failure: Ref<unknown>
  readonly result: Ref<SignResult | undefined>
  review(correction?: Correction): Promise<void>
  sign(pin: string): Promise<boolean>
  /** First use: the person chooses the PIN of the new key. */
  enrol(pin: string): Promise<boolean>
  close(): void
}

export function useSigning(encounter: string, visit: Visit): Signing {
  const session = useSession()
  const open = ref(false)
  const action = useAction()
  const preview = shallowRef<SigningPreview>()
  const pdfs = shallowRef<readonly string[]>([])
  const result = shallowRef<SignResult>()
  const base = `/api/visits/${encodeURIComponent(encounter)}`
  let asked: Correction | undefined

  const forget = (): void => { pdfs.value.forEach((url) => URL.revokeObjectURL(url)); pdfs.value = [] }

  async function review(correction?: Correction): Promise<void> {
    asked = correction
    open.value = true
    preview.value = undefined
    forget()
    await action.run(async () => {
      await visit.drafts.flush()
      const body = objectFromPlain({ bundle: visit.bundle(), draftKey: `visit-${encounter}`, overrides: visit.form.value.overrides, ...(correction ? { correction } : {}) })
      const made = await post<SigningPreview>(`${base}/preview`, body)
      pdfs.value = await Promise.all(made.documents.map(async (d) => URL.createObjectURL(await getBlob('GET', d.pdf))))
      preview.value = made
    })
  }
  async function sign(pin: string): Promise<boolean> {
    const made = preview.value
    if (!made) return false
    const done = await action.run(async () => { result.value = await post<SignResult>(`${base}/sign`, { preview: made.preview, pin }) })
    if (done) {
      await visit.drafts.dropLocal('signed')
      open.value = false
      forget()
    } else if (isFailure(action.failure.value, 'preview-expired')) {
      await review(asked)
    }
    return done
  }
  const enrol = (pin: string): Promise<boolean> => action.run(async () => {
    await post('/api/signing-key', { pin })
    session.info = await get<SessionInfo>('/api/session')
  })
  return { open, busy: action.busy, preview, pdfs, failure: action.failure, result, review, sign, enrol, close: () => { open.value = false; forget() } }
}
