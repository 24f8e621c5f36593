/** An answer of the interface against what the model expects. Each difference is a sentence; none is what one wants. */
import { codeOf, differ, keysOf, leaks, parse, type Answer, type Parsed } from './answers.ts'
import { compareDocument } from './document.ts'
import { keyOf, type Plain } from './facts.ts'
import type { Expected } from './expected.ts'
import { readGraph } from './graphql.ts'
import { findIncluded, isOrdered } from './search.ts'
import type { World } from './world.ts'

const ofMode = (pages: readonly Parsed[], mode: string): Plain[] => pages.flatMap(({ entry = [] }) => entry.flatMap(({ resource, search }) => (search?.mode === mode && resource !== undefined ? [resource] : [])))

/** A page whose includes would lead too deep is refused, and none follows it. What is too deep for a page is so for one of its matches alone. */
const mayBeRefused = ({ status, text }: Answer, world: World, { search, sees }: Extract<Expected, { kind: 'search' }>, rest: readonly Plain[]): boolean =>
  status === 422 && codeOf(text) === 'too-costly' && rest.some((one) => findIncluded(world, sees, search.includes, [one]).tooDeep)

const compareSearch = (world: World, answers: readonly Answer[], sent: string, expected: Extract<Expected, { kind: 'search' }>): string[] => {
  const { search, matches, sees } = expected
  const good = answers.filter(({ status }) => status === 200)
  const refused = answers.find(({ status }) => status !== 200)
  const pages = good.map(({ text }) => parse(text))
  const found: string[] = []
  const counted = search.total || search.countOnly
  for (const { total } of pages) if ((counted ? matches.length : undefined) !== total) found.push(`total ${String(total)}, expected ${counted ? matches.length : 'none'}`)
  if (search.countOnly && refused === undefined) return [...found, ...differ('entries of a count', keysOf(pages.flatMap(({ entry = [] }) => entry.map(({ resource }) => resource))), []), ...good.flatMap((answer) => leaks(answer, sent, []))]
  const shown = ofMode(pages, 'match')
  const keys = new Set(keysOf(shown))
  if (refused !== undefined) {
    if (!mayBeRefused(refused, world, expected, matches.filter((each) => !keys.has(keyOf(each))))) found.push(`status ${refused.status} ${codeOf(refused.text)}, expected 200`)
    found.push(...leaks(refused, sent, []))
  }
  found.push(...differ('matches', keysOf(shown), keysOf(matches).filter((key) => refused === undefined || keys.has(key))))
  if (search.sorts.length > 0 && !isOrdered(shown, search.sorts)) found.push('not in the order that was asked for')
  for (const [at, page] of pages.entries()) {
    const here = ofMode([page], 'match').flatMap(({ resourceType, id }) => world.find(`${resourceType}/${id}`) ?? [])
    const { included, tooDeep } = findIncluded(world, sees, search.includes, here)
    if (tooDeep) found.push('includes that lead too deep were answered')
    found.push(...differ('included', keysOf(ofMode([page], 'include')), keysOf(included)), ...leaks(good[at] ?? { status: 0, text: '' }, sent, [...here.filter((each) => matches.includes(each)), ...included]))
  }
  return found
}

const CONTENT: Readonly<Record<Exclude<Expected['kind'], 'refused' | 'written' | 'search'>, true>> = { body: true, meta: true, versions: true, everything: true, lastn: true, graph: true, document: true, match: true, summary: true, stats: true, diff: true }
const isContent = (kind: string): boolean => kind in CONTENT

/** `answers`: the pages of one answer. `sent`: address and body of the request. */
export const compare = (world: World, answers: readonly Answer[], sent: string, expected: Expected): string[] => {
  const [answer = { status: 0, text: '' }] = answers
  if (expected.kind === 'search') return compareSearch(world, answers, sent, expected)
  const status = expected.kind === 'refused' || expected.kind === 'written' ? expected.status : 200
  if (answer.status !== status) return [`status ${answer.status} ${codeOf(answer.text)}, expected ${status}${expected.kind === 'refused' ? ` ${expected.codes.join(' or ')}` : ''}`, ...(isContent(expected.kind) ? [] : leaks(answer, sent, []))]
  switch (expected.kind) {
    case 'refused': return [...(expected.codes.includes(codeOf(answer.text)) ? [] : [`refused as ${codeOf(answer.text)}, expected ${expected.codes.join(' or ')}`]), ...leaks(answer, sent, [])]
    case 'body': {
      const secret = JSON.stringify(expected.shown.extension)
      return [...(answer.text.includes(secret) ? [] : ['another version was read']), ...leaks(answer, sent, [expected.shown])]
    }
    case 'meta': {
      const { parameter: [returned] = [] }: { parameter?: { valueMeta?: { versionId?: string } }[] } = JSON.parse(answer.text)
      const found = returned?.valueMeta?.versionId
      return [...(found === String(expected.version) ? [] : [`the labels of version ${String(found)}, expected ${expected.version}`]), ...leaks(answer, sent, [])]
    }
    case 'versions': {
      const wanted = (expected.of === 'count' ? [] : expected.versions).filter(({ deleted }) => !deleted).map(({ body }) => JSON.stringify(body.extension))
      const shown = (parse(answer.text).entry ?? []).flatMap(({ resource }) => (resource === undefined ? [] : [JSON.stringify(resource.extension)]))
      const { total } = parse(answer.text)
      // the history of a type is counted only when nothing else is asked for
      return [...(total === (expected.of === 'type' ? undefined : expected.versions.length) ? [] : [`total ${String(total)}, expected ${expected.versions.length}`]), ...differ('versions', shown, wanted), ...leaks(answer, sent, expected.versions.map(({ body }) => body))]
    }
    case 'graph': {
      const { data }: { data?: unknown } = JSON.parse(answer.text)
      const [found, wanted] = [readGraph(data, expected.query), expected.graph].map((graph) => JSON.stringify(graph))
      return [...(found === wanted ? [] : [`graph ${found?.slice(0, 300)}, expected ${wanted?.slice(0, 300)}`]), ...leaks(answer, sent, expected.shown)]
    }
    case 'document': return compareDocument(answer, sent, expected)
    case 'everything': {
      const page = parse(answer.text)
      return [...differ('matches', keysOf(ofMode([page], 'match')), keysOf(expected.matches)), ...differ('referred', keysOf(ofMode([page], 'include')), keysOf(expected.referred)), ...leaks(answer, sent, [...expected.matches, ...expected.referred])]
    }
    case 'match': {
      const shown = keysOf(ofMode([parse(answer.text)], 'match'))
      return [...keysOf(expected.certain).filter((key) => !shown.includes(key)).map((key) => `${key} is missing`), ...shown.filter((key) => !keysOf(expected.possible).includes(key)).map((key) => `${key} may not be shown`), ...leaks(answer, sent, expected.possible)]
    }
    case 'summary': {
      const shown = keysOf((parse(answer.text).entry ?? []).map(({ resource }) => resource))
      return [...(shown.includes(keyOf(expected.head)) ? [] : ['the patient is missing']), ...leaks(answer, sent, [expected.head, ...expected.possible])]
    }
    case 'lastn': {
      const shown = keysOf(ofMode([parse(answer.text)], 'match'))
      const possible = expected.groups.flatMap((group) => group.possible)
      const sum = expected.groups.reduce((all, { count }) => all + count, 0)
      return [
        ...(shown.length === sum ? [] : [`${shown.length} last observations, expected ${sum}`]), ...keysOf(expected.groups.flatMap(({ certain }) => certain)).filter((key) => !shown.includes(key)).map((key) => `${key} is missing`),
        ...shown.filter((key) => !keysOf(possible).includes(key)).map((key) => `${key} may not be shown`), ...leaks(answer, sent, possible),
      ]
    }
    case 'stats': {
      const { parameter }: { parameter: readonly { readonly name: string; readonly resource: Plain & { readonly component?: readonly { readonly valueInteger?: number }[] } }[] } = JSON.parse(answer.text)
      const [statistics, ...sources] = parameter.map(({ resource }) => resource)
      const count = statistics?.component?.[0]?.valueInteger
      return [...(count === expected.matches.length ? [] : [`${String(count)} measurements, expected ${expected.matches.length}`]), ...differ('measurements', keysOf(sources), keysOf(expected.matches)), ...leaks(answer, sent, expected.matches)]
    }
    case 'diff': case 'written': return leaks(answer, sent, expected.shown)
  }
}
