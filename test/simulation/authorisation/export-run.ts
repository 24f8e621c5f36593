/** An export from its kick-off to its files, by the client that asks and by one that has no business with it, and the comparison with what the model expects. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { TestAnswer, TestCaller } from '#test/support/app.ts'
import { codeOf, differ, differInContent, leaks, parse, type Answer } from './answers.ts'
import type { ExpectedExport, ExportRequest } from './export.ts'
import { keyOf, typeOf, type Plain } from './facts.ts'
import type { Refusal } from './refusal.ts'
import { toHttp } from './send.ts'

const BASE = '/fhir/R4'
/** Looks at a job until it is done. */
const MOST_LOOKS = 400

interface File { readonly type: string; readonly url: string; readonly count: number }
interface Manifest { readonly transactionTime: string; readonly requiresAccessToken: boolean; readonly output: readonly File[]; readonly deleted?: readonly File[]; readonly error: readonly unknown[] }
interface Loaded extends Answer { readonly file: File }
export interface Exported {
  readonly sent: string
  readonly kickOff: Answer
  readonly status?: Answer
  readonly output: readonly Loaded[]
  readonly deleted: readonly Loaded[]
  /** What another client is told of the job and of its first file, and what this one is told after it has ended it. */
  readonly closed: readonly Answer[]
}

export interface Exporting {
  readonly caller: TestCaller
  readonly stranger: TestCaller
  /** One step of the background process. */
  readonly work: () => Promise<'more' | 'wait' | 'idle'>
}

const toAnswer = ({ status, text }: TestAnswer): Answer => ({ status, text })
const pathOf = (address: unknown): string => new URL(String(address)).pathname
const manifestOf = ({ text }: Answer): Manifest => JSON.parse(text) as Manifest

/** Several exports are worked on at once, each by whoever comes first. */
const finish = async ({ caller, work }: Exporting, place: string): Promise<Answer> => {
  for (let look = 0; look < MOST_LOOKS; look += 1) {
    for (let did = await work(); did !== 'idle'; did = await work()) if (did === 'wait') await sleep(5)
    const answer = toAnswer(await caller.get(place))
    if (answer.status !== 202) return answer
    await sleep(10)
  }
  return { status: 0, text: '' }
}

/** One file at a time: several exports run at once, and a server hands out few files at a time. */
const inTurn = async <T, R>(items: readonly T[], each: (item: T) => Promise<R>): Promise<R[]> => {
  const done: R[] = []
  for (const item of items) done.push(await each(item))
  return done
}

export const runExport = async (parts: Exporting, request: ExportRequest): Promise<Exported> => {
  const { caller, stranger } = parts
  const { method, url, body, headers = {} } = toHttp(request)
  const sent = `${decodeURIComponent(url)} ${JSON.stringify(body ?? '')}`
  const first = await caller.call(method, `${BASE}${url}`, { headers, ...(body !== undefined && { body }) })
  const kickOff = toAnswer(first)
  if (first.status !== 202) return { sent, kickOff, output: [], deleted: [], closed: [] }
  const place = pathOf(first.headers['content-location'])
  const status = await finish(parts, place)
  if (status.status !== 200) return { sent, kickOff, status, output: [], deleted: [], closed: [] }
  const manifest = manifestOf(status)
  const load = (files: readonly File[]): Promise<Loaded[]> => inTurn(files, async (file) => ({ file, ...toAnswer(await caller.get(pathOf(file.url))) }))
  const [output, deleted] = [await load(manifest.output), await load(manifest.deleted ?? [])]
  const closed = [await stranger.get(place), await stranger.get(`${place}/1`), await stranger.delete(place)]
  await caller.delete(place)
  return { sent, kickOff, status, output, deleted, closed: [...closed, await caller.get(place), await caller.get(`${place}/1`)].map(toAnswer) }
}

const linesOf = ({ text }: Answer): string[] => text.split('\n').slice(0, -1)
const resourcesOf = (files: readonly Loaded[]): { readonly of: string; readonly resource: Plain }[] => files.flatMap((file) => linesOf(file).map((line) => ({ of: file.file.type, resource: JSON.parse(line) as Plain })))
const deletedKeys = (files: readonly Loaded[]): string[] => files.flatMap((file) => linesOf(file).flatMap((line) => (parse(line).entry ?? []).map((entry) => String(Object(Object(entry).request).url))))

const compareFiles = ({ output, deleted, status }: Exported, expected: ExpectedExport): string[] => {
  const found = resourcesOf(output)
  const manifest = status && manifestOf(status)
  return [
    ...[...output, ...deleted].filter((file) => file.status !== 200).map((file) => `a file of ${file.file.type} is answered ${file.status}`),
    ...output.filter((file) => linesOf(file).length !== file.file.count).map((file) => `${linesOf(file).length} lines in a file of ${file.file.count}`),
    ...found.filter(({ of, resource }) => resource.resourceType !== of).map(({ of, resource }) => `${keyOf(resource)} in a file of ${of}`),
    ...differInContent('exported', found.map(({ resource }) => resource), [...expected.files.values()].flat()),
    ...differ('deleted', deletedKeys(deleted), expected.deleted ?? []),
    ...((manifest?.deleted === undefined) === (expected.deleted === undefined) ? [] : ['a list of deletions that was not asked for, or none']),
    ...(manifest?.requiresAccessToken === true && manifest.error.length === 0 ? [] : ['files without an access token, or errors']),
  ]
}

export const compareExport = (exported: Exported, expected: Refusal | ExpectedExport): string[] => {
  const { sent, kickOff, status, output, deleted, closed } = exported
  if (expected.kind === 'refused') {
    const good = kickOff.status === expected.status && expected.codes.includes(codeOf(kickOff.text))
    return [...(good ? [] : [`status ${kickOff.status} ${kickOff.status === 202 ? '' : codeOf(kickOff.text)}, expected ${expected.status} ${expected.codes.join(' or ')}`]), ...leaks(kickOff, sent, [])]
  }
  if (kickOff.status !== 202 || status?.status !== 200) return [`kicked off with ${kickOff.status} ${kickOff.text.slice(0, 200)}, ended with ${status?.status ?? 'nothing'}`]
  const shown = [...expected.files.values()].flat()
  const gone = (expected.deleted ?? []).map((key): Plain => ({ resourceType: typeOf({ resourceType: key.slice(0, key.indexOf('/')) }), id: key.slice(key.indexOf('/') + 1) }))
  return [
    ...compareFiles(exported, expected), ...closed.filter((answer) => answer.status !== 404).map((answer) => `${answer.status} for a job that is another's or over`),
    ...[kickOff, status, ...closed].flatMap((answer) => leaks(answer, sent, [])), ...output.flatMap((file) => leaks(file, sent, shown)), ...deleted.flatMap((file) => leaks(file, sent, gone)),
  ]
}
