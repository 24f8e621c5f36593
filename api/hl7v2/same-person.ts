/** Whether a result is of the person of its order: the hospital's number must be there, name or birth must agree, and neither may speak against it. Pure. */
import { fold } from '../model/fold.ts'
import type { DeviceReason } from '../model/devices.ts'
import type { ResultPatient } from './result-message.ts'

const wordsOf = (name: string): string[] => fold(name).split(/[^\p{L}\p{N}]+/u).filter((word) => word !== '').toSorted()

/** Devices cut long names and drop middle ones: all words of the shorter must be in the longer, two at least. */
const isSameName = (one: string, other: string): boolean => {
  const [short, long] = [wordsOf(one), wordsOf(other)].toSorted((a, b) => a.length - b.length)
  if (short === undefined || long === undefined || short.length === 0) return false
  return (short.length >= 2 || long.length === 1) && short.every((word) => long.includes(word))
}

/** undefined: it is. */
export const differsFrom = (said: ResultPatient, known: { readonly number: string; readonly name: string; readonly birthDate?: string }): Extract<DeviceReason, `patient-${string}`> | undefined => {
  if (known.number === '' || !said.numbers.includes(known.number)) return 'patient-number'
  if (said.name === '' && said.birthDate === '') return 'patient-unnamed'
  if (said.name !== '' && !isSameName(said.name, known.name)) return 'patient-name'
  const birth = known.birthDate ?? ''
  const isComparable = said.birthDate !== '' && birth !== ''
  if (isComparable && !said.birthDate.startsWith(birth) && !birth.startsWith(said.birthDate)) return 'patient-birth'
  // a number alone names nobody: something else must agree
  return said.name === '' && !isComparable ? 'patient-unnamed' : undefined
}
