/** Answers of the interface as the rig reads them, and what all comparisons have in common. Each difference is a sentence. */
import { isDeepStrictEqual } from 'node:util'
import { keyOf, type Plain } from './facts.ts'
import { MARKS } from './world.ts'

export interface Answer { readonly status: number; readonly text: string }
interface Entry { readonly fullUrl?: string; readonly resource?: Plain; readonly search?: { readonly mode?: string }; readonly response?: { readonly status: string; readonly location?: string } }
interface Told { readonly issue?: readonly { readonly details?: { readonly coding?: readonly { readonly code?: string }[] } }[] }
export interface Parsed extends Told {
  readonly resourceType?: string; readonly type?: string; readonly total?: number; readonly entry?: readonly Entry[]; readonly link?: readonly { readonly relation: string; readonly url: string }[]
  readonly errors?: readonly { readonly extensions: { readonly resource: Told } }[]
}

export const parse = (text: string): Parsed => (text === '' ? {} : JSON.parse(text) as Parsed)
export const nextOf = (text: string): string | undefined => parse(text).link?.find(({ relation }) => relation === 'next')?.url

/** GraphQL has its OperationOutcome inside of an error. */
export const codeOf = (text: string): string => (parse(text).errors?.[0]?.extensions.resource ?? parse(text)).issue?.[0]?.details?.coding?.[0]?.code ?? ''

const marksIn = (text: string): Set<string> => new Set(text.match(MARKS) ?? [])

/** No id and no value of what is not shown stands anywhere in the answer. `sent`: what the caller said. */
export const leaks = (answer: Answer, sent: string, shown: readonly Plain[]): string[] => {
  const known = marksIn(sent + JSON.stringify(shown))
  const strange = [...marksIn(answer.text)].filter((mark) => !known.has(mark))
  return strange.length === 0 ? [] : [`the answer holds ${strange.slice(0, 5).join(', ')}, of what the caller may not see`]
}

export const differ = (what: string, found: readonly string[], wanted: readonly string[]): string[] => {
  const [less, more] = [wanted.filter((each) => !found.includes(each)), found.filter((each) => !wanted.includes(each))]
  return [
    ...(less.length === 0 ? [] : [`${what}: ${less.length} missing (${less.slice(0, 4).join(', ')})`]), ...(more.length === 0 ? [] : [`${what}: ${more.length} too many (${more.slice(0, 4).join(', ')})`]),
    ...(new Set(found).size === found.length ? [] : [`${what}: one comes twice`]),
  ]
}

export const keysOf = (resources: readonly (Plain | undefined)[]): string[] => resources.map((resource) => (resource === undefined ? '?' : keyOf(resource)))

const withoutMeta = ({ meta: _meta, ...content }: Plain): object => content

/** The same resources, in any order, each with the same content to the last element; only meta is the server's. */
export const differInContent = (what: string, found: readonly (Plain | undefined)[], wanted: readonly Plain[]): string[] => {
  const byKey = new Map(wanted.map((each) => [keyOf(each), each]))
  const changed = found.flatMap((each) => {
    const same = each && byKey.get(keyOf(each))
    return each === undefined || same === undefined || isDeepStrictEqual(withoutMeta(each), same) ? [] : [`${what}: ${JSON.stringify(withoutMeta(each)).slice(0, 200)} is not ${JSON.stringify(same).slice(0, 200)}`]
  })
  return [...differ(what, keysOf(found), keysOf(wanted)), ...changed]
}
