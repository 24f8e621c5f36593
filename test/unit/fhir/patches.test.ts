/** A patch as an entry of a Bundle: http://hl7.org/fhir/R4/http.html#patch */
import { expect, test } from 'vitest'
import { patchOfEntry } from '#api/fhir/patch/patches.ts'
import { objectFromPlain } from '#api/model/json.ts'

const binary = (data: string) => objectFromPlain({ resourceType: 'Binary', contentType: 'application/json-patch+json', data })

test('a Binary may break its base64 into lines', () => {
  const data = Buffer.from('[{"op":"remove","path":"/active"}]').toString('base64')
  expect(patchOfEntry(binary(data.replaceAll(/(.{8})/g, '$1\r\n')), 'x')).toEqual(patchOfEntry(binary(data), 'x'))
})

test('what is no base64 is refused at once, however long', () => {
  // with a pattern that tries every way to share the spaces this would take minutes
  for (const data of [`${' '.repeat(400_000)}!`, `${'A'.repeat(400_000)}!`, `${'= '.repeat(200_000)}`]) expect(() => patchOfEntry(binary(data), 'x')).toThrow(/base64/)
})
