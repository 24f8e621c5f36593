/** The port TerminologyService put together (http://hl7.org/fhir/R4/terminology-service.html): what is found where, and what is said when it is not. */
import type { CodeSystem, Coding, ConceptMap, ValueSet } from '@medplum/fhirtypes'
import { MOST_CODES } from '../../model/code-ports.ts'
import { dayIn } from '../../model/day.ts'
import { Outcome, outcome } from '../../model/outcome.ts'
import type { Clock, CodeOf, ExpandRequest, IdSource, Named, SystemVersions, TerminologyService, TerminologySource, TerminologyType, TranslateRequest, Translated, UnitChecker, ValidateRequest } from '../../model/ports.ts'
import { Bounded } from './bounded.ts'
import { createCatalogue, type Known, type Snapshot } from './catalogue.ts'
import { splitCanonical } from './description.ts'
import { expandInto } from './expansion.ts'
import { grammarsOf } from './grammars.ts'
import { lookupIn } from './lookup.ts'
import { openStandard, type StandardTerminology } from './standard.ts'
import { buildSystemIndex, isBelow, isInactive, readCodeSystem, walk, type SystemIndex } from './system-index.ts'
import { isMatch, translateBy } from './translate.ts'
import { nameProblem, validateCodings, type Found } from './validating.ts'
import type { CompileContext, CompiledSet } from './compiled.ts'
import { compileValueSet, findCompiled } from './value-set.ts'

export interface TerminologyServiceDeps {
  readonly source: TerminologySource
  readonly units: UnitChecker
  readonly clock: Clock
  readonly ids: IdSource
  readonly timeZone: string
  readonly standard?: StandardTerminology
}

/** Codes of listed value sets, and maps looked through for one question. */
const MOST_LISTED = 400_000
const MOST_MAPS = 100
const DEEPEST_MAPS = 5

const missing = (what: string): never => { throw outcome('not-found', { diagnostics: what.slice(0, 300) }) }
const nameOf = ({ url, version, id }: Named<unknown>): string => id ?? `${url ?? ''}${version === undefined ? '' : `|${version}`}`

export const createTerminologyService = (deps: TerminologyServiceDeps): TerminologyService => {
  const catalogue = createCatalogue({ source: deps.source, standard: deps.standard ?? openStandard() })
  const grammars = grammarsOf(deps.units)
  let stamp = ''
  let listed = new Bounded<CompiledSet>(MOST_LISTED)

  const today = (): string => dayIn(deps.clock.now(), deps.timeZone)
  const open = async (on = today(), versions: SystemVersions = {}): Promise<CompileContext> => {
    const snapshot = await catalogue.current()
    if (snapshot.stamp !== stamp) {
      listed = new Bounded(MOST_LISTED)
      stamp = snapshot.stamp
    }
    const remembered = listed
    return {
      snapshot, grammars, on, versions,
      async remember(known, day, make) {
        const key = JSON.stringify([known.key, day, versions])
        return remembered.get(key) ?? keep(remembered, key, await make())
      },
    }
  }

  const known = (snapshot: Snapshot, type: TerminologyType, { url, version, id }: Named<unknown>, on: string): Known | undefined =>
    id === undefined ? snapshot.find(type, url ?? '', on, version) : snapshot.byId(type, id)

  const compiled = async (context: CompileContext, named: Named<ValueSet>): Promise<{ readonly valueSet: ValueSet; readonly set: CompiledSet }> => {
    const { snapshot, on } = context
    if (named.resource) return { valueSet: named.resource, set: await compileValueSet(context, named.resource, named.resource.url === undefined ? [] : [named.resource.url]) }
    const found = known(snapshot, 'ValueSet', named, on)
    const url = found?.url ?? named.url ?? ''
    if (found) {
      const valueSet = await snapshot.load({ ...found, type: 'ValueSet' })
      return { valueSet, set: await context.remember(found, on, () => compileValueSet(context, valueSet, [url])) }
    }
    const set = named.id === undefined ? await findCompiled(context, url, [splitCanonical(url).url], named.version) : undefined
    return { valueSet: { resourceType: 'ValueSet', status: 'active', url: splitCanonical(url).url }, set: set ?? missing(`ValueSet ${nameOf(named)}`) }
  }

  const indexOf = async ({ snapshot, on }: CompileContext, named: Named<CodeSystem>): Promise<SystemIndex | undefined> => {
    if (named.resource) return buildSystemIndex(readCodeSystem(JSON.stringify(named.resource)))
    const found = known(snapshot, 'CodeSystem', named, on)
    const index = found && await snapshot.index(found)
    return index?.content === 'not-present' ? undefined : index
  }

  /** A code of a system, listed or by grammar. */
  const finderOf = async (context: CompileContext, named: Named<CodeSystem>): Promise<((code: string) => Found | undefined) | undefined> => {
    const grammar = named.url === undefined ? undefined : grammars.get(named.url)
    if (grammar) return (code) => (grammar.accepts(code) ? { system: grammar.url, code, display: code, designations: [], inactive: false, abstract: false } : undefined)
    const index = await indexOf(context, named)
    return index && ((code) => {
      const entry = index.find(code)
      return entry && { ...entry, system: index.url, ...(index.version !== undefined && { version: index.version }), ...(index.language !== undefined && { language: index.language }), inactive: isInactive(entry, context.on) }
    })
  }

  const relatives = async (system: string, code: string, way: 'parents' | 'children'): Promise<readonly CodeOf[] | undefined> => {
    const context = await open()
    if (grammars.has(system)) return grammars.get(system)?.accepts(code) === true ? [{ system, code }] : undefined
    const index = await indexOf(context, splitCanonical(system))
    const entry = index?.find(code)
    const found = entry && walk(entry, way).map((one): CodeOf => ({ system: index?.url ?? system, code: one.code }))
    if (found && found.length > MOST_CODES) throw outcome('too-costly', { diagnostics: `${found.length} codes, more than ${MOST_CODES}` })
    return found
  }

  return {
    async codesIn(valueSet) {
      const context = await open()
      const [, id] = /^ValueSet\/([A-Za-z0-9\-.]{1,64})$/.exec(valueSet) ?? []
      const known = id === undefined ? undefined : context.snapshot.byId('ValueSet', id)
      const set = known ? (await compiled(context, { id: known.id })).set : await findCompiled(context, valueSet, [splitCanonical(valueSet).url])
      const items = set?.list()
      if (items && items.length > MOST_CODES) throw outcome('too-costly', { diagnostics: `${items.length} codes, more than ${MOST_CODES}` })
      return items?.map(({ system, code }): CodeOf => ({ system, code }))
    },
    async holds(valueSet, codings) {
      try {
        const set = await findCompiled(await open(), valueSet, [splitCanonical(valueSet).url])
        if (!set) return undefined
        return codings.some(({ system, code }) => set.find(system, code)) || (set.unclosed ? undefined : false)
      } catch (error) {
        if (error instanceof Outcome) return undefined
        throw error
      }
    },
    async wrongName({ system, code, display, version }) {
      if (grammars.has(system)) return undefined
      const find = await finderOf(await open(), { url: system, ...(version !== undefined && { version }) })
      const found = find?.(code)
      return found && nameProblem(found, display)
    },
    descendants: (system, code) => relatives(system, code, 'children'),
    ancestors: (system, code) => relatives(system, code, 'parents'),
    async expand(request: ExpandRequest) {
      const context = await open(request.on, request.versions)
      const { valueSet, set } = await compiled(context, request.valueSet)
      return expandInto(valueSet, set, request, { identifier: `urn:uuid:${deps.ids.uuid()}`, timestamp: deps.clock.now().toISOString() })
    },
    async lookup(request) {
      const context = await open(request.on)
      const grammar = grammars.get(request.system)
      if (grammar?.accepts(request.code)) return { name: grammar.name, display: request.code, designations: [], properties: grammar.properties(request.code) }
      const index = grammar ? undefined : await indexOf(context, { ...splitCanonical(request.system), ...(request.version !== undefined && { version: request.version }) })
      if (!index && !grammar) return missing(`CodeSystem ${nameOf({ url: request.system, version: request.version })}`)
      const entry = index?.find(request.code)
      return index && entry ? lookupIn(index, entry, request, context.on) : missing(`The code "${request.code}" in ${request.system}`)
    },
    async validateInSet(named, request) {
      const context = await open(request.on, request.versions)
      const { set } = await compiled(context, named)
      return validateCodings(request, (coding) => (coding.system === undefined && !request.inferSystem ? undefined : set.find(coding.system, coding.code ?? '')), (coding) => explain(context, coding, request, named))
    },
    async validateInSystem(named, request) {
      const context = await open(request.on, request.versions)
      const find = await finderOf(context, named) ?? missing(`CodeSystem ${nameOf(named)}`)
      return validateCodings(request, (coding) => {
        const found = find(coding.code ?? '')
        return found && (coding.system === undefined || coding.system === found.system) ? found : undefined
      }, (coding) => `The code "${(coding.code ?? '').slice(0, 200)}" is not in the code system ${(named.url ?? coding.system ?? '').slice(0, 200)}`)
    },
    async translate(request) {
      return translateWith(await open(), request)
    },
    async subsumes(named, [codeA, codeB], on) {
      const context = await open(on)
      const grammar = named.url === undefined ? undefined : grammars.get(named.url)
      if (grammar && [codeA, codeB].every((code) => grammar.accepts(code))) return codeA === codeB ? 'equivalent' : 'not-subsumed'
      const index = grammar ? undefined : await indexOf(context, named) ?? missing(`CodeSystem ${nameOf(named)}`)
      const [one, other] = [codeA, codeB].map((code) => index?.find(code) ?? missing(`The code "${code}" in ${nameOf(named)}`))
      if (!one || !other) return missing('The codes')
      if (one === other) return 'equivalent'
      return isBelow(other, one) ? 'subsumes' : isBelow(one, other) ? 'subsumed-by' : 'not-subsumed'
    },
  }
}

/** Its codes are listed once, and then count for what may be kept. */
const keep = (listed: Bounded<CompiledSet>, key: string, made: CompiledSet): CompiledSet => {
  let items: ReturnType<CompiledSet['list']> | undefined
  const kept: CompiledSet = {
    ...made,
    list() {
      if (!items) {
        items = made.list()
        listed.set(key, kept, items.length + 1)
      }
      return items
    },
  }
  return listed.set(key, kept, made.parts)
}

const explain = ({ snapshot, grammars, on }: CompileContext, coding: Coding, request: ValidateRequest, named: Named<ValueSet>): string => {
  const code = (coding.code ?? '').slice(0, 200), set = (named.url ?? named.id ?? named.resource?.url ?? 'sent along').slice(0, 200)
  if (coding.system === undefined && !request.inferSystem) return `The code "${code}" has no system`
  const known = coding.system === undefined || grammars.has(coding.system) || snapshot.find('CodeSystem', coding.system, on)
  return `The code "${code}" is not in the value set ${set}${known ? '' : `; its code system ${(coding.system ?? '').slice(0, 200)} is not known here`}`
}

/** By the map that is named, or by all that fit. A map may pass on to another what it does not say. */
const translateWith = async ({ snapshot, on }: CompileContext, request: TranslateRequest): Promise<Translated> => {
  const { map: named, source, target } = request
  const load = (known: Known): Promise<ConceptMap> => snapshot.load({ ...known, type: 'ConceptMap' })
  const find = (canonical: string, version?: string): Known | undefined => snapshot.find('ConceptMap', canonical, on, version)
  const maps: ConceptMap[] = []
  if (named.resource) maps.push(named.resource)
  else if (named.id !== undefined || named.url !== undefined) {
    maps.push(await load((named.id === undefined ? find(named.url ?? '', named.version) : snapshot.byId('ConceptMap', named.id)) ?? missing(`ConceptMap ${nameOf(named)}`)))
  } else {
    const fits = (asked: string | undefined, own: string | undefined): boolean => asked === undefined || (own !== undefined && splitCanonical(own).url === splitCanonical(asked).url)
    const [from, to] = request.reverse ? [target, source] : [source, target]
    const fitting = snapshot.all('ConceptMap').filter((one) => fits(from, one.source) && fits(to, one.target) && one.status !== 'retired')
    if (fitting.length > MOST_MAPS) throw outcome('too-costly', { diagnostics: `${fitting.length} concept maps fit: name one by url, or its source and target.` })
    for (const one of fitting) maps.push(await load(one))
  }
  const matches = []
  for (const coding of request.codings) {
    let open: readonly ConceptMap[] = maps
    for (let depth = 0; depth < DEEPEST_MAPS && open.length > 0; depth += 1) {
      const answers = open.map((map) => translateBy(map, coding, request, request.reverse === true))
      matches.push(...answers.flatMap((answer) => answer.matches))
      const others = new Set(answers.flatMap((answer) => answer.others))
      open = await Promise.all([...others].flatMap((canonical) => find(canonical) ?? []).map(load))
    }
  }
  const result = matches.some(isMatch)
  return { result, matches, ...(!result && { message: matches.length > 0 ? 'The map says that there is no such code on the other side' : 'No map says anything of this code' }) }
}
