/** What the audit log holds in codes (api: every `detail:` of an audit row), as words a person reads. Free text, such as a typed reason, stays as it is. Pure. */
import { OUTCOMES } from '#api/model/outcome.ts'
import { FORMS } from '#api/model/form-sections.ts'
import { showDateTime } from '#web/ui/format.ts'

export interface AuditLine { readonly interaction: string; readonly outcome: string; readonly type?: string; readonly resourceId?: string; readonly detail?: string }

export interface Vocabulary {
  readonly language: 'vi' | 'en'
  /** The text of a key under `admin.audit`; undefined when there is none. */
  readonly word: (key: string, names?: Readonly<Record<string, string>>) => string | undefined
  readonly role: (code: string) => string
  /** Title of a lesson of the training hospital; undefined when unknown. */
  readonly lesson: (id: string) => string | undefined
  /** Name of a department, of a person with an account; undefined when unknown. */
  readonly department: (id: string) => string | undefined
  readonly account: (id: string) => string | undefined
}

const day = (text: string): string => text.split('-').reverse().join('/')
const formName = (code: string, language: Vocabulary['language']): string | undefined => (Object.hasOwn(FORMS, code) ? FORMS[code as keyof typeof FORMS][language] : undefined)
const refusal = (code: string, { language, word }: Vocabulary): string | undefined =>
  (Object.hasOwn(OUTCOMES, code) ? OUTCOMES[code as keyof typeof OUTCOMES][language] : undefined) ?? word(`said.${code}`)

/** Names of search and filter parameters, in words where they have some. */
const asked = (names: string, { word }: Vocabulary): string => names.split(/[ &]+/).filter(Boolean).map((name) => word(`asked.${name}`) ?? name).join(', ')
const withCount = (text: string, count: string, words: Vocabulary): string => [text, words.word('found', { count }) ?? count].filter(Boolean).join(': ')

const grants = (text: string, words: Vocabulary): string => text.split(' ').map((grant) => {
  const [role = '', place = ''] = grant.split('@')
  return `${words.role(role)} (${place === '*' ? words.word('everywhere') ?? place : words.department(place) ?? place})`
}).join(', ')

/** How each action writes its detail; undefined when the text is of another shape. */
const SHAPES: Readonly<Record<string, (detail: string, words: Vocabulary) => string | undefined>> = {
  'lesson-begin': (detail, words) => words.lesson(detail),
  queue: (detail, words) => {
    const [, place = '', on = '', count = ''] = /^(\S*)(?: (\d{4}-\d{2}-\d{2}) -> (\d+))?$/.exec(detail) ?? []
    const name = words.department(place) ?? place
    return on === '' ? name : withCount(`${name}, ${day(on)}`, count, words)
  },
  documents: (detail, words) => {
    const found = /^(patient|encounter)(?: \S+)? -> (\d+)$/.exec(detail)
    return found ? withCount(words.word(`documentsOf.${found[1] ?? ''}`) ?? '', found[2] ?? '', words) : undefined
  },
  'work-list': (detail, words) => {
    const [, kind = detail, from = '', count = ''] = /^(\S+) (\S+) -> (\d+)$/.exec(detail) ?? []
    const name = words.word(`work.${kind}`) ?? kind
    return from === '' ? name : withCount(`${name}, ${words.word(`workOf.${from}`) ?? day(from)}`, count, words)
  },
  'work-order': (detail, words) => {
    const read = detail.split(' ').map((part) => words.word(`danger.${part}`))
    return read.every((part) => part !== undefined) ? read.join(', ') : undefined
  },
  'specimen-return': (detail, words) => {
    const [kind = '', reason = '', becomes = ''] = detail.split(' ')
    return [words.word(`work.${kind}`) ?? kind, words.word(`returnFor.${reason}`) ?? reason, words.word(`becomes.${becomes}`) ?? becomes].join(', ')
  },
  'specimen-receive': (detail, words) => {
    const [kind = '', count = ''] = detail.split(' ')
    return withCount(words.word(`work.${kind}`) ?? kind, count, words)
  },
  'results-inbox': (detail, words) => withCount('', /^-> (\d+)$/.exec(detail)?.[1] ?? detail, words),
  'procedure-list': (detail, words) => withCount('', /^-> (\d+)$/.exec(detail)?.[1] ?? detail, words),
  'signing-inbox': (detail, words) => withCount('', /^-> (\d+)$/.exec(detail)?.[1] ?? detail, words),
  'cosign-requests': (detail, words) => withCount('', /^-> (\d+)$/.exec(detail)?.[1] ?? detail, words),
  'search-type': (detail, words) => {
    const found = /^(.*?) -> (\d+)$/.exec(detail) ?? /^(.*?) ?\((\d+)\+\d+\)$/.exec(detail)
    return found ? withCount(asked(found[1] ?? '', words), found[2] ?? '', words) : asked(detail, words)
  },
  'audit-read': (detail, words) => words.word('filtered', { by: asked(detail, words) }),
  'offline-reading': (detail, words) => {
    const [, at = '', copyAt = ''] = /^\S+ (\S+) (\S+)$/.exec(detail) ?? []
    return at === '' ? undefined : words.word('offlineRead', { at: showDateTime(at), copyAt: showDateTime(copyAt) })
  },
  'draft-read': (detail, words) => (detail.startsWith('visit-') ? words.word('draftOfVisit') : undefined),
  'signing-enrol': (detail, words) => words.word('certificate', { serial: detail }),
  'signing-replace': (detail, words) => words.word('certificate', { serial: detail }),
  'account-create': grants, 'account-update': grants, 'account-disable': grants,
  'center-received': (detail, words) => {
    const found = /^(\d+) documents(?: of hospital (\d+))?$/.exec(detail)
    return found ? withCount(found[2] === undefined ? '' : words.word('ofHospital', { tenant: found[2] }) ?? '', found[1] ?? '', words) : undefined
  },
  'code-list-import': (detail, words) => {
    const found = /^(\S+) (.+) from (\S+?)(?: to (\S+?))?: added (\d+), changed (\d+), ended (\d+), same (\d+)(.*)$/.exec(detail)
    if (!found) return undefined
    const [, , version = '', from = '', to = '', added = '', changed = '', ended = '', same = ''] = found
    return words.word(to === '' ? 'listFrom' : 'listBetween', { version, from: day(from), to: day(to), added, changed, ended, same })
  },
  export: (detail, words) => {
    const [, kind = '', count = '', types = ''] = /^\S+ (system|patients|some)(?: (\d+))?(?: _since)? (.+)$/.exec(detail) ?? []
    return kind === '' ? undefined : `${words.word(`exported.${kind}`, { count }) ?? kind} (${types})`
  },
  'export-file': (detail, words) => ofFile(detail, words), 'import-file': (detail, words) => ofFile(detail, words),
  import: (detail, words) => words.word('sentBytes', { count: /^\S+ (\d+) bytes$/.exec(detail)?.[1] ?? detail }),
  notify: (detail, words) => words.word('event', { number: /^Subscription\/\S+ (\d+) /.exec(detail)?.[1] ?? detail }),
  'exchange-apply': (detail, words) => {
    const [node = '', epoch = '', seq = ''] = detail.split(' ')
    return words.word('entry', { node, epoch, seq })
  },
}

/** A file of bulk data, by how much is in it. */
const ofFile = (detail: string, words: Vocabulary): string | undefined => {
  const count = /\((\d+)\)$/.exec(detail)?.[1]
  return count === undefined ? undefined : withCount('', count, words)
}

const ofHospital = (detail: string, words: Vocabulary): string | undefined => {
  const found = /^hospital (\d+)(?:, (\d+) resources)?$/.exec(detail)
  if (!found) return undefined
  const name = words.word('ofHospital', { tenant: found[1] ?? '' }) ?? ''
  return found[2] === undefined ? name : withCount(name, found[2], words)
}
/** "visit-summary ABCD-…" and, after a correction, its reason. */
const ofForm = (detail: string, words: Vocabulary): string | undefined => {
  const [code = '', ...rest] = detail.split(' ')
  const name = formName(code, words.language)
  return name === undefined ? undefined : [name, ...rest].join(' ')
}

export const detailText = (line: AuditLine, words: Vocabulary): string => {
  const { detail = '', interaction, outcome } = line
  if (detail === '') return ''
  return (outcome === 'success' && detail !== 'unchanged' ? undefined : refusal(detail, words))
    ?? ofHospital(detail, words) ?? ofForm(detail, words) ?? SHAPES[interaction]?.(detail, words) ?? detail
}

/** On what: a kind in words, and the end of its id, which tells two of a kind apart. System clients have ids that people gave them. */
export const objectText = (line: AuditLine, words: Vocabulary): string => {
  const { type, resourceId } = line
  if (/^(client|app)-/.test(line.interaction)) return resourceId ?? ''
  const name = resourceId === undefined || type !== undefined ? undefined : words.account(resourceId)
  if (name !== undefined) return name
  const kind = type === undefined ? '' : words.word(`types.${type === '*' ? 'any' : type}`) ?? type
  return [kind, resourceId === undefined ? '' : `…${resourceId.slice(-6)}`].filter(Boolean).join(' ')
}
