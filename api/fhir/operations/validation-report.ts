/** What validation found, as an OperationOutcome. http://hl7.org/fhir/R4/operationoutcome.html */
import type { JsonPath, Place } from '../../model/json-places.ts'
import type { JsonValue } from '../../model/json.ts'
import { OUTCOMES, type Outcome } from '../../model/outcome.ts'
import type { Finding } from '../../model/ports.ts'
import { CODE_SYSTEM } from '../../model/systems.ts'
import { toFhirPath, toJsonPath } from './fhirpath-place.ts'

/** http://hl7.org/fhir/R4/extension-operationoutcome-issue-line.html and -col: where in the text that was sent. */
const LINE = 'http://hl7.org/fhir/StructureDefinition/operationoutcome-issue-line'
const COLUMN = 'http://hl7.org/fhir/StructureDefinition/operationoutcome-issue-col'

export interface Reported extends Finding {
  /** A name of the server's own for it. */
  readonly name?: { readonly code: string; readonly display: string }
}

/** What was looked at. `text`: how places are found in what it was read from, and where in that it stands. */
export interface Subject { readonly type: string; readonly resource: JsonValue; readonly text?: { readonly find: (paths: readonly JsonPath[]) => readonly Place[] | Promise<readonly Place[]>; readonly at: JsonPath } }

/** A refusal of a write as findings. */
export const fromRefusal = ({ code, detail, issues }: Outcome, type: string): Reported[] => {
  const row = OUTCOMES[code]
  const name = { code, display: row.en }
  const [expression = type] = typeof detail.expression === 'string' ? [detail.expression] : detail.expression ?? []
  // places in the address or in headers are none of the resource
  const place = expression.startsWith(type) ? expression : type
  if (issues.length > 0) return issues.map((issue) => ({ severity: issue.severity, code: row.issue, message: issue.message, expression: issue.expression ?? place, name }))
  return [{ severity: 'error', code: row.issue, message: detail.diagnostics === undefined ? row.en : `${row.en} ${detail.diagnostics}`, expression: place, name }]
}

const MAX_TEXT = 1000

/** The text of an OperationOutcome; when nothing was found it says so. */
export const writeReport = async (found: readonly Reported[], { type, resource, text }: Subject): Promise<string> => {
  if (found.length === 0) return JSON.stringify({ resourceType: 'OperationOutcome', issue: [{ severity: 'information', code: 'informational', details: { text: 'No problem was found.' }, diagnostics: 'No problem was found.' }] })
  const paths = found.map(({ expression }) => toJsonPath(expression))
  const places = text ? await text.find(paths.map((path) => [...text.at, ...path])) : []
  const issue = found.map(({ severity, code = 'invariant', message, name }, at) => {
    const place = places[at]
    const said = message.slice(0, MAX_TEXT)
    return {
      ...(place && { extension: [{ url: LINE, valueInteger: place.line }, { url: COLUMN, valueInteger: place.column }] }),
      severity, code, details: { ...(name && { coding: [{ system: CODE_SYSTEM.outcome, ...name }] }), text: said },
      diagnostics: place ? `${said} (line ${place.line}, column ${place.column})` : said,
      expression: [toFhirPath(type, paths[at] ?? [], resource)],
    }
  })
  return JSON.stringify({ resourceType: 'OperationOutcome', issue })
}
