/** What a resource must pass before it is stored: structure and profiles (Validator port), and codes of dated lists on the day of the event (Terminology port). */
import { JsonObject, stringAt, toPlain, type JsonValue } from '../model/json.ts'
import { outcome } from '../model/outcome.ts'
import type { Clock, Finding, Terminology, Validator } from '../model/ports.ts'
import { LISTS } from '../model/systems.ts'

export interface Checks {
  /** Throws invalid-resource or code-invalid with every place that is wrong. `path`: where the resource stands in the input. */
  require(resources: readonly { readonly resource: JsonObject; readonly path: string }[]): Promise<void>
  /** The same findings without throwing, warnings too. */
  find(resource: JsonObject, path: string): Promise<Finding[]>
}

const MAX_ISSUES = 100
/** Milliseconds of validating before others have a turn. */
const TURN_MS = 20
const DATED: ReadonlySet<string> = new Set(Object.values(LISTS))

interface Place { readonly system: string; readonly version?: string; readonly code?: string; readonly expression: string }

/** Codings of dated lists with their places. */
const codingsIn = (value: JsonValue, path: string, found: Place[]): void => {
  if (value instanceof JsonObject) {
    const system = value.get('system')
    if (typeof system === 'string' && DATED.has(system) && !value.has('value')) {
      const version = value.get('version')
      const code = value.get('code')
      found.push({ system, expression: path, ...(typeof version === 'string' ? { version } : {}), ...(typeof code === 'string' ? { code } : {}) })
    }
    for (let at = 0; at < value.names.length; at += 1) {
      const member = value.values[at]
      if (typeof member === 'object' && member !== null) codingsIn(member, `${path}.${value.names[at] ?? ''}`, found)
    }
  } else if (Array.isArray(value)) {
    const items: readonly JsonValue[] = value
    items.forEach((item, at) => {
      if (typeof item === 'object' && item !== null) codingsIn(item, `${path}[${at}]`, found)
    })
  }
}

/** Where the date of what happened stands, best first; the day it was written down when nothing says when it happened. */
const EVENT_DATES: readonly (readonly string[])[] = [
  ['effectiveDateTime'], ['effectivePeriod', 'start'], ['effectiveInstant'], ['performedDateTime'], ['performedPeriod', 'start'], ['occurrenceDateTime'], ['occurrencePeriod', 'start'],
  ['authoredOn'], ['recordedDate'], ['onsetDateTime'], ['period', 'start'], ['whenHandedOver'], ['date'], ['issued'], ['created'],
]

/** The day (YYYY-MM-DD in the site's time zone) on which the codes of a resource must be in force. */
export const eventDay = (resource: JsonObject, now: Date, timeZone: string): string => {
  const dayIn = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' })
  for (const place of EVENT_DATES) {
    const text = stringAt(resource, ...place)
    if (text === undefined) continue
    if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return text
    if (/^\d{4}(-\d{2})?$/.test(text)) return `${text}-01-01`.slice(0, 10)
    const instant = new Date(text)
    if (!Number.isNaN(instant.getTime())) return dayIn.format(instant)
  }
  return dayIn.format(now)
}

export const createChecks = (deps: { readonly validator: Validator; readonly terminology: Terminology; readonly clock: Clock; readonly timeZone: string }): Checks => {
  const structure = (resource: JsonObject, path: string): Promise<Finding[]> => deps.validator.validateInTurns(toPlain(resource), { path })
  /** One question for each day: a bundle of one visit asks once. */
  const codes = async (resources: readonly { readonly resource: JsonObject; readonly path: string }[]): Promise<Finding[]> => {
    const byDay = new Map<string, Place[]>()
    for (const { resource, path } of resources) {
      const places: Place[] = []
      codingsIn(resource, path, places)
      if (places.length === 0) continue
      const day = eventDay(resource, deps.clock.now(), deps.timeZone)
      const known = byDay.get(day)
      if (known === undefined) byDay.set(day, places)
      else for (const place of places) known.push(place)
    }
    const found: Finding[] = []
    for (const [day, places] of byDay) found.push(...await deps.terminology.check(places, day))
    return found
  }
  const isError = (finding: Finding): boolean => finding.severity === 'error'
  return {
    async require(resources) {
      const wrong: Finding[] = []
      let since = performance.now()
      for (const { resource, path } of resources) {
        // A long bundle lets other requests in between.
        if (performance.now() - since > TURN_MS) {
          await new Promise((resolve) => setImmediate(resolve))
          since = performance.now()
        }
        wrong.push(...(await structure(resource, path)).filter(isError))
        if (wrong.length >= MAX_ISSUES) break
      }
      if (wrong.length > 0) throw outcome('invalid-resource', { diagnostics: `${wrong.length} errors` }, wrong.slice(0, MAX_ISSUES))
      const bad = (await codes(resources)).filter(isError)
      if (bad.length > 0) throw outcome('code-invalid', { diagnostics: `${bad.length} errors` }, bad.slice(0, MAX_ISSUES))
    },
    find: async (resource, path) => [...await structure(resource, path), ...await codes([{ resource, path }])],
  }
}
