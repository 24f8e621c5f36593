/** What terminology this server has and does. http://hl7.org/fhir/R4/terminologycapabilities.html */
import { instanceOf, type Claims } from '../capability.ts'

const EXPAND = ['url', 'valueSet', 'valueSetVersion', 'filter', 'date', 'offset', 'count', 'includeDesignations', 'designation', 'includeDefinition', 'activeOnly', 'excludeNested', 'excludeNotForUI', 'displayLanguage',
  'exclude-system', 'system-version', 'check-system-version', 'force-system-version']

/** `address`: by which the client reached this server, without a path. */
export const buildTerminologyCapabilities = (claims: Claims, address: string): Record<string, unknown> => ({
  resourceType: 'TerminologyCapabilities',
  ...instanceOf(claims, address),
  // one without a name says what holds for every stored system, and those of R4
  codeSystem: [{ subsumption: true }, { uri: 'http://unitsofmeasure.org', subsumption: false }, { uri: 'urn:ietf:bcp:47', subsumption: false }, { uri: 'urn:ietf:bcp:13', subsumption: false }],
  expansion: {
    hierarchical: true, paging: true, incomplete: false,
    parameter: EXPAND.map((name) => ({ name })),
    textFilter: 'Words without accents, each the start of a word of the code, its name or a designation; the best match comes first.',
  },
  codeSearch: 'explicit',
  validateCode: { translations: false },
  translation: { needsMap: false },
  closure: { translation: false },
})
