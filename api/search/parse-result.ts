/** Parameters that shape the answer: _sort, _include, _revinclude (http://hl7.org/fhir/R4/search.html#sort, #include). */
import type { Include, Sort } from './ast.ts'
import { badParameter } from './parse-value.ts'
import { clinicalDateOf, holdersOf, parameterOf } from './registry.ts'
import { typeNumber } from './resource-types.ts'

/** `type`: undefined when several are searched. */
export const parseSort = (text: string, type: string | undefined): Sort => {
  const descending = text.startsWith('-')
  const code = descending ? text.slice(1) : text
  if (code === '_id') return { by: 'id', code, descending }
  if (code === '_lastUpdated') return { by: 'updated', code, descending }
  const parameter = type === undefined ? undefined : parameterOf(type, code)
  if (!parameter || type === undefined) throw badParameter('_sort', 'Not a parameter of this type.')
  const [holder] = holdersOf(type, parameter)
  switch (parameter.kind) {
    case 'date': return { by: code === clinicalDateOf(type) ? 'clinical' : 'date', code, descending }
    case 'string': return { by: 'string', code: holder?.code ?? code, descending }
    case 'number': case 'quantity': return { by: 'number', code: holder?.code ?? code, descending }
    case 'token': case 'reference': case 'uri': return { by: 'body', code, descending }
    default: throw badParameter('_sort', 'A composite or special parameter has no order.')
  }
}

/** _include=Observation:subject:Patient, _revinclude=Provenance:target, _include=*, _include:iterate=… */
export const parseInclude = (reverse: boolean, modifier: string | undefined, name: string, value: string): Include => {
  if (modifier !== undefined && modifier !== 'iterate' && modifier !== 'recurse') throw badParameter(name, 'The only modifier is iterate.')
  const iterate = modifier !== undefined
  const [source = '', code = '', target, ...more] = value.split(':')
  if (value === '*') return { reverse, iterate }
  if (typeNumber(source) === undefined || more.length > 0) throw badParameter(name, 'Expected Type:parameter or Type:parameter:Type.')
  if (target !== undefined && typeNumber(target) === undefined) throw badParameter(name, 'Not a resource type.')
  if (code !== '*' && parameterOf(source, code)?.kind !== 'reference') throw badParameter(name, 'Not a reference parameter of that type.')
  return { reverse, iterate, source, ...(code !== '*' && { code }), ...(target !== undefined && { target }) }
}
