/** The examples of the profiles: every valid one passes, every invalid one is refused at the place and for the reason that it states. */
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { EXTENSION, PROFILE } from '#api/model/systems.ts'
import { createValidator } from '#api/validation/validator.ts'

const EXAMPLES = new URL('../../../fhir-profiles/examples/', import.meta.url)
const Case = z.object({ why: z.string(), change: z.record(z.string(), z.unknown()), expression: z.string(), message: z.string() })
const validator = createValidator()

const read = (path: string): unknown => JSON.parse(readFileSync(new URL(path, EXAMPLES), 'utf8'))

/** Sets values by JSON pointer; null takes the member away. */
const changed = (resource: unknown, change: Readonly<Record<string, unknown>>): unknown => {
  const copy: unknown = structuredClone(resource)
  for (const [pointer, value] of Object.entries(change)) {
    const steps = pointer.slice(1).split('/')
    const last = steps.pop() ?? ''
    const holder = steps.reduce<unknown>((at, step) => (typeof at === 'object' && at !== null ? Reflect.get(at, step) : undefined), copy)
    if (typeof holder !== 'object' || holder === null) throw new Error(`nothing at ${pointer}`)
    if (value === null) Reflect.deleteProperty(holder, last)
    else Reflect.set(holder, last, value)
  }
  return copy
}

const names = readdirSync(new URL('valid/', EXAMPLES)).map((file) => file.replace('.json', ''))

describe('examples of the profiles', () => {
  it('there is a valid and an invalid set for each profile', () => {
    const profiles = Object.values(PROFILE).map((url) => url.slice(url.lastIndexOf('/') + 1)).sort()
    expect(names.toSorted()).toEqual(profiles)
    for (const name of profiles) expect(z.array(Case).parse(read(`invalid/${name}.json`)).length).toBeGreaterThanOrEqual(3)
  })

  it('each extension stands in a valid example', () => {
    const all = names.map((name) => readFileSync(new URL(`valid/${name}.json`, EXAMPLES), 'utf8')).join('')
    const missing = Object.entries(EXTENSION).filter(([, url]) => !all.includes(`"${url}"`)).map(([name]) => name)
    expect(missing).toEqual([])
  })

  it.each(names)('accepts the valid %s', (name) => {
    expect(validator.validate(read(`valid/${name}.json`))).toEqual([])
  })

  for (const name of names) {
    it.each(z.array(Case).parse(read(`invalid/${name}.json`)).map((example) => [example.why, example] as const))(`refuses ${name}: %s`, (_why, { change, expression, message }) => {
      const found = validator.validate(changed(read(`valid/${name}.json`), change))
      expect(found).toContainEqual(expect.objectContaining({ severity: 'error', expression, message }))
    })
  }

  it('puts the path in front of each expression', () => {
    const [first] = validator.validate({ ...z.record(z.string(), z.unknown()).parse(read('valid/vn-mil-patient.json')), gender: 'nam' }, { path: 'Bundle.entry[3].resource' })
    expect(first?.expression).toBe('Bundle.entry[3].resource.gender')
  })
})
