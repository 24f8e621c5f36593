/** What an import would change: codes added, changed field by field, ended against the version in force. Pure. */
import type { Concept, FieldChange, ListDifference, RowChange } from '../model/ports.ts'

const fieldsOf = (concept: Concept): Map<string, string> => new Map([
  ['display', concept.display], ['displayEn', concept.displayEn ?? ''], ...Object.entries(concept.properties),
  ['validFrom', concept.validFrom ?? ''], ['validTo', concept.validTo ?? ''], ['reviewed', concept.reviewed ? 'yes' : 'no'],
])

function compareRows(before: Concept, after: Concept): FieldChange[] {
  const was = fieldsOf(before), is = fieldsOf(after)
  return [...new Set([...was.keys(), ...is.keys()])].flatMap((field) => {
    const old = was.get(field) ?? '', now = is.get(field) ?? ''
    return old === now ? [] : [{ field, ...(old === '' ? {} : { before: old }), ...(now === '' ? {} : { after: now }) }]
  })
}

export function compareLists(before: readonly Concept[], after: readonly Concept[]): ListDifference {
  const old = new Map(before.map((c) => [c.code, c]))
  const kept = new Set(after.map((c) => c.code))
  const ended = before.filter((c) => !kept.has(c.code)).map((c): RowChange => ({ code: c.code, display: c.display, kind: 'ended', fields: [{ field: 'display', before: c.display }] }))
  const added = after.filter((c) => !old.has(c.code)).map((c): RowChange => ({ code: c.code, display: c.display, kind: 'added', fields: [{ field: 'display', after: c.display }] }))
  const changed = after.flatMap((c): RowChange[] => {
    const was = old.get(c.code)
    const fields = was ? compareRows(was, c) : []
    return fields.length > 0 ? [{ code: c.code, display: c.display, kind: 'changed', fields }] : []
  })
  return { added: added.length, changed: changed.length, ended: ended.length, unchanged: after.length - added.length - changed.length, changes: [...ended, ...changed, ...added] }
}
