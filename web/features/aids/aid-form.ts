/** An order set or a phrase while it is changed, and whose it may become. Pure. */
import { fold } from '#api/model/fold.ts'
import type { SessionInfo } from '#api/model/site.ts'
import type { PhraseBody, PhraseSection, SetBody, VisitAid } from '#api/model/visit-aids.ts'

/** "person", "hospital", or the FHIR id of a department behind "department/". */
export type Whose = 'person' | 'hospital' | `department/${string}`

export interface AidForm {
  readonly name: string
  readonly whose: Whose
  readonly body: SetBody | PhraseBody
}

export const whoseOf = ({ scope, department = '' }: Pick<VisitAid, 'scope' | 'department'>): Whose => (scope === 'department' ? `department/${department}` : scope)

/** For whom the person may keep something; `departments`: all of the hospital. */
export function mayKeepFor(grants: SessionInfo['grants'], departments: readonly string[]): Whose[] {
  const holds = (role: string): boolean => grants.some((grant) => grant.role === role)
  const everywhere = holds('administrator') || grants.some(({ role, department }) => role === 'head' && department === null)
  const own = grants.flatMap(({ role, department }) => (role === 'head' && department !== null ? [department] : []))
  return [
    ...(holds('doctor') || holds('head') ? ['person' as const] : []),
    ...(everywhere ? departments : [...new Set(own)]).map((department): Whose => `department/${department}`), ...(holds('administrator') ? ['hospital' as const] : []),
  ]
}

/** As the server takes it: a phrase is called by letters that every input method leaves as they are. */
const nameOf = ({ name, body }: AidForm): string => (body.kind === 'phrase' ? fold(name).replace(/[^a-z0-9]/g, '') : name.normalize('NFC').trim())

export const isComplete = (form: AidForm): boolean =>
  nameOf(form) !== '' && (form.body.kind === 'phrase' ? nameOf(form).length >= 2 && form.body.text.trim() !== '' : form.body.lines.length > 0)

export const changeOf = (form: AidForm, version: number): object => ({ version, name: nameOf(form), body: form.body })
export const creationOf = (form: AidForm): object => {
  const [scope, department] = form.whose.split('/')
  return { scope, ...(department !== undefined && { department }), name: nameOf(form), body: form.body }
}

export const emptyPhrase = (whose: Whose): AidForm => ({ name: '', whose, body: { kind: 'phrase', text: '' } })
export const inSection = ({ kind, text }: PhraseBody, section: PhraseSection | ''): PhraseBody => ({ kind, text, ...(section !== '' && { section }) })
export const withoutLine = (body: SetBody, at: number): SetBody => ({ ...body, lines: body.lines.filter((_line, index) => index !== at) })
