/** Code systems that are a grammar, not a list: a code is judged by its form, and nothing can be listed. Pure. */
import type { CodeProperty, UnitChecker } from '../../model/ports.ts'

export interface Grammar {
  readonly url: string
  readonly name: string
  accepts(code: string): boolean
  properties(code: string): readonly CodeProperty[]
  /** A filter "=" of a value set; undefined: there is no such property. */
  filter(property: string, value: string): ((code: string) => boolean) | undefined
}

/** Language tags (RFC 5646 2.1, https://www.rfc-editor.org/rfc/rfc5646#section-2.1) without grandfathered ones; case does not count. */
const LANGUAGE = /^(?:[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4}|[a-z]{5,8})(?:-[a-z]{4})?(?:-(?:[a-z]{2}|\d{3}))?(?:-(?:[a-z\d]{5,8}|\d[a-z\d]{3}))*(?:-[a-wy-z\d](?:-[a-z\d]{2,8})+)*(?:-x(?:-[a-z\d]{1,8})+)?$/i
/** Media types (RFC 6838 4.2, https://www.rfc-editor.org/rfc/rfc6838#section-4.2) with parameters. */
const MEDIA = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,126}\/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}(?:\s*;\s*[a-z0-9!#$&^_.+-]+=(?:[a-z0-9!#$&^_.+-]+|"[^"\\]*"))*$/i

const LONGEST = 200
const none = (): readonly CodeProperty[] => []
const noFilter = (): undefined => undefined

export const grammarsOf = (units: UnitChecker): ReadonlyMap<string, Grammar> => new Map<string, Grammar>([
  ['http://unitsofmeasure.org', {
    url: 'http://unitsofmeasure.org', name: 'UCUM', accepts: (code) => units.isUnit(code),
    properties: (code) => {
      const base = units.canonicalUnit(code)?.base
      return base === undefined ? [] : [{ code: 'canonical', name: 'valueCode', value: base, description: 'The unit of the same kind that all are converted to' }]
    },
    // any unit stands for its kind: R4 asks for times by "a"
    filter(property, value) {
      const base = property === 'canonical' ? units.canonicalUnit(value)?.base : undefined
      return base === undefined ? undefined : (code) => units.canonicalUnit(code)?.base === base
    },
  }],
  ['urn:ietf:bcp:47', { url: 'urn:ietf:bcp:47', name: 'BCP-47', accepts: (code) => code.length <= LONGEST && LANGUAGE.test(code), properties: none, filter: noFilter }],
  ['urn:ietf:bcp:13', { url: 'urn:ietf:bcp:13', name: 'BCP-13', accepts: (code) => code.length <= LONGEST && MEDIA.test(code), properties: none, filter: noFilter }],
])
