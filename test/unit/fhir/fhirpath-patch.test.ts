/** FHIRPath Patch on lossless values: each operation, the paths that are understood, primitives with what is said of them, and its bounds. http://hl7.org/fhir/R4/fhirpatch.html */
import { describe, expect, it } from 'vitest'
import { applyFhirPathPatch } from '#api/fhir/patch/fhirpath-patch.ts'
import { parsePatchPath } from '#api/fhir/patch/path.ts'
import { MAX_OPERATIONS } from '#api/fhir/patch/work.ts'
import { objectFromPlain, parseJsonObject, writeJson } from '#api/model/json.ts'
import { Outcome } from '#api/model/outcome.ts'
import { createFhirPath } from '#api/validation/client-fhirpath.ts'

type Part = Record<string, unknown>
/** {type, path, name, index, source, destination, value}: value is a part without its name. */
interface Operation { type: string; path?: string; name?: string; index?: number; source?: number; destination?: number; value?: Part }

const parameter = ({ value, ...rest }: Operation): Part => ({
  name: 'operation', part: [
    ...Object.entries(rest).map(([name, each]) => ({ name, ...(typeof each === 'number' ? { valueInteger: each } : name === 'type' ? { valueCode: each } : { valueString: each }) })),
    ...(value === undefined ? [] : [{ name: 'value', ...value }]),
  ],
})
const apply = (target: string, ...operations: Operation[]): string => writeJson(applyFhirPathPatch(parseJsonObject(target), objectFromPlain({ resourceType: 'Parameters', parameter: operations.map(parameter) })))
const codeOf = (work: () => unknown): string => {
  try {
    work()
  } catch (error) {
    if (error instanceof Outcome) return error.code
    throw error
  }
  return 'none'
}

const PATIENT = '{"resourceType":"Patient","id":"p","extension":[{"url":"http://a.example/x","valueDecimal":1.10}],"name":[{"use":"official","family":"A","given":["B","C","D"],"_given":[null,{"id":"c"},null]},{"use":"usual","text":"E"}],'
  + '"birthDate":"1990-05-01","_birthDate":{"extension":[{"url":"http://a.example/time","valueTime":"01:00:00"}]},"deceasedBoolean":false,"contact":[{"name":{"text":"F"},"gender":"female"}]}'

describe('each operation', () => {
  it.each<[string, Operation, string, string]>([
    ['adds a primitive', { type: 'add', path: 'Patient', name: 'gender', value: { valueCode: 'male' } }, '"gender":"female"}]}', '"gender":"female"}],"gender":"male"}'],
    ['adds to the end of a list', { type: 'add', path: 'Patient', name: 'name', value: { valueHumanName: { text: 'G' } } }, '{"use":"usual","text":"E"}', '{"use":"usual","text":"E"},{"text":"G"}'],
    ['adds to a list of primitives, and leaves the one beside it in step', { type: 'add', path: 'Patient.name[0]', name: 'given', value: { valueString: 'H' } }, '"given":["B","C","D"],"_given":[null,{"id":"c"},null]', '"given":["B","C","D","H"],"_given":[null,{"id":"c"},null,null]'],
    ['adds a choice under the name of its type', { type: 'add', path: 'Patient', name: 'multipleBirth', value: { valueInteger: 2 } }, '"gender":"female"}]}', '"gender":"female"}],"multipleBirthInteger":2}'],
    ['adds inside of a backbone', { type: 'add', path: 'Patient.contact[0]', name: 'telecom', value: { valueContactPoint: { value: '1' } } }, '"gender":"female"}]}', '"gender":"female","telecom":[{"value":"1"}]}]}'],
    ['adds an element without a type, by its parts', { type: 'add', path: 'Patient', name: 'contact', value: { part: [{ name: 'name', valueHumanName: { text: 'I' } }, { name: 'relationship', valueCodeableConcept: { text: 'mẹ' } }, { name: 'relationship', valueCodeableConcept: { text: 'cô' } }] } },
      '"gender":"female"}]}', '"gender":"female"},{"name":{"text":"I"},"relationship":[{"text":"mẹ"},{"text":"cô"}]}]}'],
    ['adds an extension to a primitive that has none', { type: 'add', path: 'Patient.deceased', name: 'extension', value: { part: [{ name: 'url', valueUri: 'http://a.example/y' }, { name: 'value', valueCode: 'z' }] } }, '"gender":"female"}]}', '"gender":"female"}],"_deceasedBoolean":{"extension":[{"url":"http://a.example/y","valueCode":"z"}]}}'],
    ['adds an extension to a primitive in a list', { type: 'add', path: 'Patient.name[0].given[2]', name: 'extension', value: { part: [{ name: 'url', valueUri: 'http://a.example/y' }, { name: 'value', valueCode: 'z' }] } }, '{"id":"c"},null]', '{"id":"c"},{"extension":[{"url":"http://a.example/y","valueCode":"z"}]}]'],
    ['adds a contained resource', { type: 'add', path: 'Patient', name: 'contained', value: { resource: { resourceType: 'Organization', id: 'o' } } }, '"gender":"female"}]}', '"gender":"female"}],"contained":[{"resourceType":"Organization","id":"o"}]}'],
    ['inserts at a place', { type: 'insert', path: 'Patient.name', index: 1, value: { valueHumanName: { text: 'G' } } }, ',{"use":"usual"', ',{"text":"G"},{"use":"usual"'],
    ['inserts at the end', { type: 'insert', path: 'Patient.name', index: 2, value: { valueHumanName: { text: 'G' } } }, '"text":"E"}', '"text":"E"},{"text":"G"}'],
    ['inserts into a list that is not there yet', { type: 'insert', path: 'Patient.telecom', index: 0, value: { valueContactPoint: { value: '1' } } }, '"gender":"female"}]}', '"gender":"female"}],"telecom":[{"value":"1"}]}'],
    ['inserts a primitive, and what is said of the others moves along', { type: 'insert', path: 'Patient.name[0].given', index: 1, value: { valueString: 'H' } }, '"given":["B","C","D"],"_given":[null,{"id":"c"},null]', '"given":["B","H","C","D"],"_given":[null,null,{"id":"c"},null]'],
    ['deletes a primitive with what is said of it', { type: 'delete', path: 'Patient.birthDate' }, '"birthDate":"1990-05-01","_birthDate":{"extension":[{"url":"http://a.example/time","valueTime":"01:00:00"}]},', ''],
    ['deletes one of a list', { type: 'delete', path: 'Patient.name[0].given[1]' }, '"given":["B","C","D"],"_given":[null,{"id":"c"},null]', '"given":["B","D"]'],
    ['deletes by a condition', { type: 'delete', path: "Patient.name.where(use = 'usual')" }, ',{"use":"usual","text":"E"}', ''],
    ['deletes the last, and the list with it', { type: 'delete', path: 'Patient.contact.first()' }, ',"contact":[{"name":{"text":"F"},"gender":"female"}]', ''],
    ['deletes what is not there', { type: 'delete', path: 'Patient.maritalStatus.coding' }, 'x', 'x'],
    ['replaces a primitive; what was said of the one before goes with it', { type: 'replace', path: 'Patient.birthDate', value: { valueDate: '1990-05' } }, '"birthDate":"1990-05-01","_birthDate":{"extension":[{"url":"http://a.example/time","valueTime":"01:00:00"}]}', '"birthDate":"1990-05"'],
    ['replaces a primitive with what is said of the new one', { type: 'replace', path: 'Patient.name[0].given[0]', value: { valueString: 'H', _valueString: { id: 'h' } } }, '"given":["B","C","D"],"_given":[null,', '"given":["H","C","D"],"_given":[{"id":"h"},'],
    ['replaces a choice by one of another type, in its place', { type: 'replace', path: 'Patient.deceased', value: { valueDateTime: '2026-01-01' } }, '"deceasedBoolean":false', '"deceasedDateTime":"2026-01-01"'],
    ['replaces inside of a datatype', { type: 'replace', path: "Patient.contact.where(gender='female').name.text", value: { valueString: 'J' } }, '{"text":"F"}', '{"text":"J"}'],
    ['replaces a number, digit by digit', { type: 'replace', path: "Patient.extension('http://a.example/x').value", value: { valueDecimal: 2 } }, '"valueDecimal":1.10', '"valueDecimal":2'],
    ['moves to the front', { type: 'move', path: 'Patient.name[0].given', source: 2, destination: 0 }, '"given":["B","C","D"],"_given":[null,{"id":"c"},null]', '"given":["D","B","C"],"_given":[null,null,{"id":"c"}]'],
    ['moves to the back', { type: 'move', path: 'Patient.name', source: 0, destination: 1 }, '"name":[{"use":"official","family":"A","given":["B","C","D"],"_given":[null,{"id":"c"},null]},{"use":"usual","text":"E"}]', '"name":[{"use":"usual","text":"E"},{"use":"official","family":"A","given":["B","C","D"],"_given":[null,{"id":"c"},null]}]'],
  ])('%s', (_, operation, before, after) => {
    expect(apply(PATIENT, operation)).toBe(PATIENT.replace(before, after))
  })
  it('sees what those before it have done', () => {
    expect(apply('{"resourceType":"Patient"}', { type: 'add', path: 'Patient', name: 'name', value: { valueHumanName: { family: 'A' } } }, { type: 'add', path: 'Patient.name[0]', name: 'given', value: { valueString: 'B' } }, { type: 'replace', path: 'Patient.name.given', value: { valueString: 'C' } }))
      .toBe('{"resourceType":"Patient","name":[{"family":"A","given":["C"]}]}')
  })
  it('works in contained resources, and in parts that repeat others', () => {
    expect(apply('{"resourceType":"Patient","contained":[{"resourceType":"Organization","id":"o","name":"A"}]}', { type: 'replace', path: "Patient.contained.where(id='o').ofType(Organization).name", value: { valueString: 'B' } })).toContain('"name":"B"')
    expect(apply('{"resourceType":"Questionnaire","item":[{"linkId":"1","item":[{"linkId":"2"}]}]}', { type: 'add', path: 'Questionnaire.item.item', name: 'text', value: { valueString: 'x' } })).toContain('{"linkId":"2","text":"x"}')
  })
})

describe('what does not fit', () => {
  it.each<[string, Operation]>([
    ['an element that is there already', { type: 'add', path: 'Patient', name: 'birthDate', value: { valueDate: '2000' } }],
    ['a choice that is there under another type', { type: 'add', path: 'Patient', name: 'deceased', value: { valueDateTime: '2000' } }],
    ['a holder that is not there', { type: 'add', path: 'Patient.maritalStatus', name: 'text', value: { valueString: 'x' } }],
    ['several holders', { type: 'add', path: 'Patient.name', name: 'suffix', value: { valueString: 'x' } }],
    ['a replacement of nothing', { type: 'replace', path: 'Patient.gender', value: { valueCode: 'male' } }],
    ['a replacement of several', { type: 'replace', path: 'Patient.name', value: { valueHumanName: { text: 'x' } } }],
    ['a delete of several', { type: 'delete', path: 'Patient.name.given' }],
    ['a place behind the end', { type: 'insert', path: 'Patient.name', index: 3, value: { valueHumanName: { text: 'x' } } }],
    ['a move from nowhere', { type: 'move', path: 'Patient.name', source: 2, destination: 0 }],
    ['a move to nowhere', { type: 'move', path: 'Patient.name', source: 0, destination: 2 }],
    ['single() of several', { type: 'delete', path: 'Patient.name.single()' }],
  ])('%s', (_, operation) => {
    expect(codeOf(() => apply(PATIENT, operation))).toBe('patch-failed')
  })
})

describe('what is no FHIRPath Patch', () => {
  it.each<[string, Operation]>([
    ['an unknown type', { type: 'copy', path: 'Patient.name' }], ['no path', { type: 'delete' }], ['a part of another operation', { type: 'delete', path: 'Patient.name', index: 1 }],
    ['no value', { type: 'replace', path: 'Patient.birthDate' }], ['an element that FHIR does not have', { type: 'add', path: 'Patient', name: 'shoeSize', value: { valueInteger: 44 } }],
    ['a choice by its JSON name', { type: 'delete', path: 'Patient.deceasedBoolean' }], ['a path of another type', { type: 'delete', path: 'Observation.status' }], ['the whole resource', { type: 'delete', path: 'Patient' }],
    ['a value of no type of the choice', { type: 'add', path: 'Patient', name: 'multipleBirth', value: { valueString: '2' } }], ['an object for a primitive', { type: 'replace', path: 'Patient.birthDate', value: { valuePeriod: { start: '2000' } } }],
    ['a primitive for an object', { type: 'add', path: 'Patient', name: 'maritalStatus', value: { valueString: 'x' } }], ['a value of no type', { type: 'add', path: 'Patient', name: 'gender', value: { valueShoe: 'x' } }],
    ['two values', { type: 'add', path: 'Patient', name: 'gender', value: { valueCode: 'male', valueString: 'male' } }], ['a resource that is no element', { type: 'add', path: 'Patient', name: 'photo', value: { resource: { resourceType: 'Binary' } } }],
    ['a list that is none', { type: 'insert', path: 'Patient.birthDate', index: 0, value: { valueDate: '2000' } }], ['a list by one of its items', { type: 'move', path: 'Patient.name[0]', source: 0, destination: 0 }],
    ['a place before the start', { type: 'insert', path: 'Patient.name', index: -1, value: { valueHumanName: { text: 'x' } } }], ['parts of no element', { type: 'add', path: 'Patient', name: 'contact', value: { part: [{ name: 'shoe', valueString: 'x' }] } }],
    ['a part twice', { type: 'add', path: 'Patient', name: 'contact', value: { part: [{ name: 'gender', valueCode: 'male' }, { name: 'gender', valueCode: 'male' }] } }],
    ['resourceType', { type: 'replace', path: 'Patient.resourceType', value: { valueString: 'Observation' } }], ['__proto__', { type: 'add', path: 'Patient', name: '__proto__', value: { valueString: 'x' } }],
  ])('%s', (_, operation) => {
    expect(codeOf(() => apply(PATIENT, operation))).toBe('bad-request')
  })
  it('anything but a Parameters of operations', () => {
    for (const patch of [[], {}, { resourceType: 'Parameters', parameter: {} }, { resourceType: 'Parameters', parameter: [{ name: 'x' }] }, { resourceType: 'Parameters', parameter: [null] }, { resourceType: 'Parameters', parameter: [{ name: 'operation', part: [{ name: 'type', valueCode: 'delete' }, { name: 'type', valueCode: 'delete' }] }] }]) {
      expect(codeOf(() => applyFhirPathPatch(parseJsonObject(PATIENT), parseJsonObject(JSON.stringify({ x: patch })).get('x') ?? null))).toBe('bad-request')
    }
    expect(writeJson(applyFhirPathPatch(parseJsonObject(PATIENT), objectFromPlain({ resourceType: 'Parameters' })))).toBe(PATIENT)
  })
})

describe('a path', () => {
  const found = (path: string): string => apply(PATIENT, { type: 'delete', path })
  it.each(["Patient.name.where(use='usual')", "name.where(use != 'official')", "%resource.name.where(text.exists())", "Resource.name.last()", "DomainResource.name[1]", "Patient.name.where(use = 'usual' and text = 'E')", "Patient . name [ 1 ]", 'Patient.`name`[1]', "Patient.name.where($this.use = 'usual').single()", "Patient.name.where(use='\\u0075sual')"])('%s finds the second name', (path) => {
    expect(found(path)).toBe(PATIENT.replace(',{"use":"usual","text":"E"}', ''))
  })
  it.each(['Patient.deceased.ofType(boolean)', 'Patient.deceased.as(boolean)', 'Patient.deceased.ofType(FHIR.boolean)', 'Patient.deceased.where($this = false)'])('%s finds the choice', (path) => {
    expect(found(path)).toBe(PATIENT.replace('"deceasedBoolean":false,', ''))
  })
  it.each(["Patient.name.where(use='none')", "Patient.name.where(use=true)", 'Patient.deceased.ofType(dateTime)', "Patient.extension('http://none.example')", 'Patient.name[9]', "Patient.name.where(suffix != 'x')", "Patient.name.where(given = 'B')", "Patient.name.where(use = 'usual' and given != 'B')"])('%s finds nothing', (path) => {
    expect(found(path)).toBe(PATIENT)
  })
  it.each<[string, string]>([
    ['Patient.name.lower()', 'lower()'], ['Patient.name | Patient.contact', 'Not understood'], ["Patient.name.where(use ~ 'usual')", '= '], ["Patient.name.where(use = 'a' or use = 'b')", ') is expected'], ["Patient.name.where(use = 'unclosed)", 'A value'], ['Patient.name[x]', 'whole number'],
    ['Patient..name', 'A name'], ['Patient.', 'A name'], ['Patient.name.', 'A name'], ['', ''], ["Patient.name.where(lower(use) = 'a')", 'lower()'], ['Patient.name.resolve()', 'resolve()'], ['Patient.name.where(%resource.id = 1)', 'A name'], ['Patient.name.repeat(x)', 'repeat()'],
  ])('%s is refused by name', (path, why) => {
    const refused = (): unknown => parsePatchPath(path, 'Patient', 'x')
    expect(codeOf(refused)).toBe('bad-request')
    expect(refused).toThrow(why)
  })
})

describe('a path of any expression', () => {
  const open = createFhirPath()
  const wide = (target: string, ...operations: Operation[]): string => writeJson(applyFhirPathPatch(parseJsonObject(target), objectFromPlain({ resourceType: 'Parameters', parameter: operations.map(parameter) }), open(2_000)))
  it.each([
    "Patient.name.where(use = 'a' or use = 'usual')", 'Patient.name.tail()', 'Patient.name[Patient.name.count() - 1]', "name.where(text.lower() = 'e')", 'Patient.name.skip(1).take(1)', 'Patient.name.exclude(Patient.name.first())', 'Patient.photo | Patient.name.last()',
    "Patient.name.where(use in ('a' | 'usual') and (text contains 'E' or true))", "Patient.name.where(%resource.birthDate + 1 day > @1990-05-01 and use = 'usual' or false)",
    'iif(Patient.name.count() > 1, Patient.name.last(), Patient.name)', "%resource.name.where(given.exists().not())", "Patient.name.where(use ~ 'USUAL')",
  ])('%s finds the second name', (path) => {
    expect(wide(PATIENT, { type: 'delete', path })).toBe(PATIENT.replace(',{"use":"usual","text":"E"}', ''))
  })
  it.each<[string, Operation, string, string]>([
    ['a primitive in a list', { type: 'replace', path: "Patient.name.given.where($this.startsWith('C'))", value: { valueString: 'H' } }, '"given":["B","C","D"],"_given":[null,{"id":"c"},null]', '"given":["B","H","D"]'],
    ['a primitive at the end', { type: 'replace', path: "Patient.contact.where(gender = 'male' or gender = 'female').name.text", value: { valueString: 'J' } }, '{"text":"F"}', '{"text":"J"}'],
    ['a choice', { type: 'replace', path: "Patient.extension.where(url.endsWith('x')).value", value: { valueInteger: 3 } }, '"valueDecimal":1.10', '"valueInteger":3'],
    ['an extension of a primitive', { type: 'delete', path: "Patient.birthDate.extension.where(url.contains('time'))" }, ',"_birthDate":{"extension":[{"url":"http://a.example/time","valueTime":"01:00:00"}]}', ''],
    ['an extension by its url, beside what is more', { type: 'delete', path: "Patient.extension('http://a.example/x').where(value > 1)" }, '"extension":[{"url":"http://a.example/x","valueDecimal":1.10}],"name"', '"name"'],
    ['a holder', { type: 'add', path: 'Patient.name.tail()', name: 'suffix', value: { valueString: 'x' } }, '"text":"E"', '"text":"E","suffix":["x"]'],
    ['a list', { type: 'insert', path: 'Patient.name.take(1).given', index: 3, value: { valueString: 'H' } }, '"given":["B","C","D"],"_given":[null,{"id":"c"},null]', '"given":["B","C","D","H"],"_given":[null,{"id":"c"},null,null]'],
    ['a list that is not there yet', { type: 'insert', path: "Patient.contact.where(gender != 'male').telecom", index: 0, value: { valueContactPoint: { value: '1' } } }, '"gender":"female"', '"gender":"female","telecom":[{"value":"1"}]'],
    ['a list to move in', { type: 'move', path: 'Patient.name.take(1).given', source: 2, destination: 0 }, '"given":["B","C","D"],"_given":[null,{"id":"c"},null]', '"given":["D","B","C"],"_given":[null,null,{"id":"c"}]'],
    ['nothing, which needs no delete', { type: 'delete', path: "Patient.name.where(use = 'a' or use = 'b')" }, 'x', 'x'],
  ])('%s', (_, operation, before, after) => {
    expect(wide(PATIENT, operation)).toBe(PATIENT.replace(before, after))
  })
  it.each<[string, Operation]>([
    ['several', { type: 'delete', path: 'Patient.name | Patient.contact' }], ['several of one list', { type: 'replace', path: 'Patient.name.take(2)', value: { valueHumanName: { text: 'x' } } }], ['none', { type: 'replace', path: 'Patient.name.skip(2)', value: { valueHumanName: { text: 'x' } } }],
    ['no holder', { type: 'add', path: "Patient.contact.where(gender = 'male' or gender = 'other')", name: 'gender', value: { valueCode: 'male' } }], ['lists of several', { type: 'insert', path: 'Patient.name.take(2).given', index: 0, value: { valueString: 'x' } }],
  ])('%s does not fit', (_, operation) => {
    expect(codeOf(() => wide(PATIENT, operation))).toBe('patch-failed')
  })
  it.each<[string, string]>([
    ['Patient.name.tail() name', 'operator'], ["Patient.name.where(use = 'a' or use = 'usual' text)", 'operator'], ["Patient.name.tail() 'x'", 'operator'], ['Patient.name.tail()given', 'operator'], ['Patient birthDate', 'operator'], ['Patient.name.tail())', 'brackets'],
    ['Patient.photo.count()', 'count()'], ['Patient.photo.tail().title.lower()', 'lower()'], ['Patient.name.count()', 'no element'], ["'x'", 'no element'], ['Patient.name.exists()', 'no element'], ["Patient.name.given.first() & 'x'", 'no element'], ['Patient.name.where(', 'brackets'], ['Patient.name.nothing()', 'nothing()'], ['Patient.nothing().tail()', 'not FHIRPath'], ['Patient.', 'not FHIRPath'],
    ['Patient.descendants().where(use = 1 or use = 2)', 'descendants'], ['Patient.children()', 'children'], ['Patient.repeat(name)', 'repeat'], ["Patient.name.where(conformsTo('x'))", 'conformsTo'], ['Patient.managingOrganization.resolve().name', 'resolve()'],
    ['Patient.name.tail().ofType(HumanName)', 'ofType()'], ['Patient.name.where($this is HumanName)', 'is is not'], ['(Patient.deceased as boolean)', 'as is not'], ['Observation.name.tail()', 'another type'], ['Patient.where(name.count() > 1)', 'as a whole'],
  ])('%s is refused by name', (path, why) => {
    const refused = (): unknown => wide(PATIENT, { type: 'delete', path })
    expect(codeOf(refused)).toBe('bad-request')
    expect(refused).toThrow(why)
  })
  it('names a place in a list only when the path of a list has none', () => {
    for (const path of ['Patient.name.tail()', 'Patient.photo | Patient.name.given']) expect(codeOf(() => wide(PATIENT, { type: 'insert', path, index: 0, value: { valueString: 'x' } }))).toBe('bad-request')
  })
  it('has its time, whatever it is', () => {
    const long = parseJsonObject(`{"resourceType":"Patient","name":[${Array.from({ length: 20_000 }, (_, at) => `{"text":"${at}"}`).join(',')}]}`)
    const patch = objectFromPlain({ resourceType: 'Parameters', parameter: Array.from({ length: MAX_OPERATIONS }, () => parameter({ type: 'delete', path: "Patient.name.where(text.matches('^(a+)+$') or %resource.name.where(text = '1').exists())" })) })
    const start = process.cpuUsage()
    expect(codeOf(() => applyFhirPathPatch(long, patch, open(200)))).toBe('too-costly')
    expect(process.cpuUsage(start).user).toBeLessThan(8_000_000)
  })
})

describe('the bounds of a patch', () => {
  const spent = (work: () => unknown): [string, boolean] => {
    // of this process alone, and generous: the machine may be busy with something else, and without the bound it is minutes
    const start = process.cpuUsage()
    return [codeOf(work), process.cpuUsage(start).user < 8_000_000]
  }
  it('operations, and characters of a path', () => {
    expect(codeOf(() => apply(PATIENT, ...Array.from({ length: MAX_OPERATIONS + 1 }, () => ({ type: 'delete', path: 'Patient.photo' }))))).toBe('bad-request')
    expect(codeOf(() => apply(PATIENT, { type: 'delete', path: `Patient${'.name'.repeat(300)}` }))).toBe('bad-request')
  })
  it('work: a thousand operations on a long list, or conditions on all of it, end in time', () => {
    const long = parseJsonObject(`{"resourceType":"Patient","name":[${Array.from({ length: 100_000 }, (_, at) => `{"text":"${at}"}`).join(',')}]}`)
    const terms = Array.from({ length: 60 }, () => "text!='1'").join(' and ')
    for (const operation of [{ type: 'move', path: 'Patient.name', source: 0, destination: 99_999 }, { type: 'add', path: 'Patient', name: 'name', value: { valueHumanName: { text: 'x' } } }, { type: 'delete', path: 'Patient.name[50000]' }, { type: 'delete', path: `Patient.name.where(${terms})` }]) {
      const patch = objectFromPlain({ resourceType: 'Parameters', parameter: Array.from({ length: MAX_OPERATIONS }, () => parameter(operation)) })
      expect([operation.type, ...spent(() => applyFhirPathPatch(long, patch))]).toEqual([operation.type, 'body-too-large', true])
    }
  })
  it('depth: what it builds nests no deeper than a body may', () => {
    const deep = Array.from({ length: 80 }, (_, at) => ({ type: 'add', path: `Patient${'.extension'.repeat(at)}`, name: 'extension', value: { part: [{ name: 'url', valueUri: 'x' }] } }))
    expect(codeOf(() => apply('{"resourceType":"Patient"}', ...deep))).toBe('json-too-deep')
    expect(codeOf(() => apply('{"resourceType":"Patient"}', ...deep.slice(0, 30)))).toBe('none')
  })
})
