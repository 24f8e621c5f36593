/** The questions of a search to the terminology (:in, :not-in, :above, :below), asked before it is compiled (http://hl7.org/fhir/R4/search.html#token). */
import type { CodeOf, CodeSets } from '../model/ports.ts'
import type { CodesQuestion, Filter, HashValue, Query } from './ast.ts'
import { badParameter } from './parse-value.ts'

/** The query with every question answered. Throws bad-parameter for what the terminology does not know. */
export const answerCodes = async (query: Query, sets: CodeSets | undefined): Promise<Query> =>
  query.filters.some(asks) ? { ...query, filters: await Promise.all(query.filters.map((filter) => answer(filter, sets))) } : query

const asks = (filter: Filter): boolean => {
  switch (filter.kind) {
    case 'codes': return true
    case 'and': case 'or': return filter.filters.some(asks)
    case 'not': case 'has': return asks(filter.filter)
    case 'chain': return filter.steps.some((step) => asks(step.filter))
    default: return false
  }
}

const answer = async (filter: Filter, sets: CodeSets | undefined): Promise<Filter> => {
  switch (filter.kind) {
    case 'codes': {
      const values = (await Promise.all(filter.questions.map((question) => ask(question, sets)))).flat()
      return { kind: 'match', holders: filter.holders, values, not: filter.not }
    }
    case 'and': case 'or': return { ...filter, filters: await Promise.all(filter.filters.map((each) => answer(each, sets))) }
    case 'not': case 'has': return { ...filter, filter: await answer(filter.filter, sets) }
    case 'chain': return { ...filter, steps: await Promise.all(filter.steps.map(async (step) => ({ ...step, filter: await answer(step.filter, sets) }))) }
    default: return filter
  }
}

const ask = async ({ mode, system, code, name }: CodesQuestion, sets: CodeSets | undefined): Promise<HashValue[]> => {
  if (mode !== 'in' && system === '') throw badParameter(name, 'Expected system|code.')
  const codes = await find(mode, system, code, sets)
  if (codes === undefined) throw badParameter(name, mode === 'in' ? 'This value set is not known here.' : 'This code system or code is not known here.')
  return codes.map((each) => ({ kind: 'hash', form: 'systemCode', value: `${each.system}|${each.code}` }))
}

const find = (mode: CodesQuestion['mode'], system: string, code: string, sets: CodeSets | undefined): Promise<readonly CodeOf[] | undefined> => {
  if (!sets) return Promise.resolve(undefined)
  return mode === 'in' ? sets.codesIn(system) : mode === 'below' ? sets.descendants(system, code) : sets.ancestors(system, code)
}
