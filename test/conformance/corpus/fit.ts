/**
 * Makes test/conformance/corpus/plan.json: for each type, which elements each of its resources leaves out so that the validator has nothing to say, each element kept in
 * one of them where that is possible. Run: node test/conformance/corpus/fit.ts [type ...]
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { toPlain, fromPlain } from '#api/model/json.ts'
import type { Finding } from '#api/model/ports.ts'
import { RESOURCE_TYPES } from '#api/search/resource-types.ts'
import type { Element } from '#api/validation/element.ts'
import { createValidator } from '#api/validation/validator.ts'
import { buildResource, definitions } from './build.ts'
import { covered, elementsOf } from './coverage.ts'

const LEAST = 3
const MOST = 9
const OUT = new URL('plan.json', import.meta.url)

const say = (line: string): void => void process.stderr.write(`${line}\n`)

const validator = createValidator(definitions)
const errorsOf = (type: string, number: number, omit: ReadonlySet<string>): Finding[] =>
  validator.validate(toPlain(fromPlain(buildResource(type, number, omit)))).filter(({ severity }) => severity === 'error')

/** "Appointment.participant[0].actor" is inside the elements Appointment.participant.actor and Appointment.participant. */
const pathOf = (expression: string): string => expression.replaceAll(/\[\d+\]/g, '')

const isRequired = new Map<string, boolean>()
/** Expressions of the rules, by their keys. */
const rules = new Map<string, string>()

/** Takes note of every element and rule of a definition. */
const remember = (type: string): void => {
  const seen = new Set<Element>()
  const walk = (element: Element): void => {
    if (seen.has(element)) return
    seen.add(element)
    for (const { key, expression } of element.constraints) rules.set(key, expression)
    for (const child of element.children) {
      isRequired.set(child.path, child.min > 0)
      walk(child)
    }
  }
  const root = definitions.type(type)?.root
  if (root !== undefined) walk(root)
}
for (const type of [
  'Address', 'Annotation', 'CodeableConcept', 'Coding', 'ContactDetail', 'Contributor', 'Dosage', 'ElementDefinition', 'HumanName', 'Identifier', 'MarketingStatus', 'Meta', 'Narrative', 'ParameterDefinition', 'Population',
  'ProdCharacteristic', 'ProductShelfLife', 'RelatedArtifact', 'SubstanceAmount', 'UsageContext',
]) remember(type)

const lastOf = (path: string): string => path.slice(path.lastIndexOf('.') + 1).replace('[x]', '')

const ruleOf = (finding: Finding): string => rules.get(/\(([a-z]+-\w+)\)$/.exec(finding.message)?.[1] ?? '') ?? ''
const isNamed = (finding: Finding, path: string): boolean => path.startsWith(`${pathOf(finding.expression)}.`) && new RegExp(`\\b${lastOf(path)}\\b`).test(ruleOf(finding))

/** How many elements that no resource has had yet go with it. */
const lossOf = (path: string, keep: ReadonlySet<string>): number => [...keep].filter((each) => each === path || each.startsWith(`${path}.`)).length

/** What may be left out to please a finding: what its rule names and is not needed elsewhere, then what is inside its place, then the place itself and what is around it. */
const candidates = (finding: Finding, present: ReadonlySet<string>, keep: ReadonlySet<string>): string[] => {
  const path = pathOf(finding.expression)
  const named = ruleOf(finding)
  const score = (each: string): number => {
    const inside = each.toLowerCase().startsWith(`${path.toLowerCase()}.`)
    const around = path === each || path.startsWith(`${each}.`) || (each.endsWith('[x]') && path.startsWith(each.slice(0, -3)))
    const depth = each.split('.').length
    return (new RegExp(`\\b${lastOf(each)}\\b`).test(named) ? -200 : 0) + (lossOf(each, keep) > 0 ? 50 : 0) + (inside ? 0 : around ? 20 : 100) - depth
  }
  return [...present].filter((each) => isRequired.get(each) === false && !/^[A-Z][A-Za-z]+\.(contained|extension)$/.test(each)).sort((one, other) => score(one) - score(other))
}

const fitOne = (type: string, number: number, keep: ReadonlySet<string>): string[] | undefined => {
  const omit = new Set<string>()
  let errors = errorsOf(type, number, omit)
  for (let round = 0; errors.length > 0 && round < 60; round += 1) {
    const [finding] = errors
    if (finding === undefined) break
    const present = covered(buildResource(type, number, omit))
    let better: { path: string; errors: Finding[] } | undefined
    for (const path of candidates(finding, present, keep).slice(0, 60)) {
      const next = errorsOf(type, number, new Set([...omit, path]))
      if (next.length < errors.length) {
        better = { path, errors: next }
        break
      }
    }
    // a rule that several elements break is pleased when the last of them is gone
    const named = candidates(finding, present, keep).find((path) => isNamed(finding, path) && errorsOf(type, number, new Set([...omit, path])).length === errors.length)
    if (named !== undefined && (better === undefined || lossOf(better.path, keep) > lossOf(named, keep))) better = { path: named, errors }
    if (better === undefined) {
      say(`  ${type}#${number}: ${finding.expression}: ${finding.message} (no way out)`)
      return undefined
    }
    say(`  ${type}#${number}: -${better.path} for ${finding.expression}: ${finding.message.slice(0, 140)}`)
    omit.add(better.path)
    errors = better.errors
  }
  if (errors.length > 0) return undefined
  for (const path of omit) if (errorsOf(type, number, new Set([...omit].filter((each) => each !== path))).length === 0) omit.delete(path)
  return [...omit].sort()
}

const fit = (type: string): string[][] => {
  remember(type)
  const todo = new Set([...elementsOf(type), ...(type === 'StructureDefinition' ? elementsOf('ElementDefinition') : [])])
  const plan: string[][] = []
  for (let number = 0; number < MOST && (plan.length < LEAST || todo.size > 0); number += 1) {
    const omit = fitOne(type, number, todo)
    if (omit === undefined) break
    plan.push(omit)
    for (const path of covered(buildResource(type, number, new Set(omit)))) todo.delete(path)
  }
  if (todo.size > 0) say(`${type}: NOT COVERED ${[...todo].join(' ')}`)
  return plan
}

const wanted = process.argv.slice(2)
const before = existsSync(OUT) ? JSON.parse(readFileSync(OUT, 'utf8')) as Record<string, string[][]> : {}
const plan = Object.fromEntries(RESOURCE_TYPES.map((type) => [type, wanted.length > 0 && !wanted.includes(type) ? before[type] ?? [] : fit(type)]))
writeFileSync(OUT, `{\n${Object.entries(plan).map(([type, each]) => `${JSON.stringify(type)}:${JSON.stringify(each)}`).join(',\n')}\n}\n`)
