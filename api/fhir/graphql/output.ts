/**
 * The answer while it is made: members of an object, which @flatten may bring together from several places (http://hl7.org/fhir/R4/graphql.html#flattening). Numbers are written with
 * the digits that they were stored with.
 */
import { writeJson, type JsonValue } from '../../model/json.ts'
import { outcome } from '../../model/outcome.ts'

/** JSON text that is written already. */
export class Written {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

export type OutValue = OutObject | Written | readonly OutValue[] | JsonValue

interface Member {
  asList: boolean
  type: string
  readonly values: OutValue[]
  /** Nothing was there: null. */
  empty: boolean
}

export interface Collated {
  readonly type: string
  readonly asList: boolean
  readonly values: readonly OutValue[]
  /** The element is missing: null, where it is not collated. */
  readonly missing?: boolean
}

export class OutObject {
  readonly #members = new Map<string, Member>()

  /** Keeps a place among the members. */
  reserve(name: string): void {
    if (!this.#members.has(name)) this.#members.set(name, { asList: false, type: '', values: [], empty: true })
  }

  /** Throws graphql-shape where values come together that are not of one type, or more than one where there may be one. */
  add(name: string, { type, asList, values, missing = false }: Collated): void {
    const member = this.#members.get(name)
    if (member === undefined || member.empty) {
      if (!asList && values.length > 1) throw severalValues(name)
      this.#members.set(name, { asList, type, values: [...values], empty: missing })
      return
    }
    if (missing) return
    if (member.type !== type) throw outcome('graphql-shape', { expression: name, diagnostics: 'Values of different types come together.' })
    if ((!asList || !member.asList) && values.length > 0) throw severalValues(name)
    member.values.push(...values)
  }

  write(): string {
    return `{${[...this.#members].map(([name, { asList, values, empty }]) => `${JSON.stringify(name)}:${empty ? 'null' : asList ? writeList(values) : writeOut(values[0] ?? null)}`).join(',')}}`
  }
}

const severalValues = (name: string): Error => outcome('graphql-shape', { expression: name, diagnostics: 'More than one value comes together where one is asked for.' })

const writeList = (values: readonly OutValue[]): string => `[${values.map(writeOut).join(',')}]`

const isList = (value: OutValue): value is readonly OutValue[] => Array.isArray(value)

const writeOut = (value: OutValue): string => (value instanceof OutObject ? value.write() : value instanceof Written ? value.text : isList(value) ? writeList(value) : writeJson(value))
