/** What a doctor decided at the end of a visit, as the Encounter holds it. Pure. */
import { arrayAt, stringAt, valueAt, type JsonObject, type JsonValue } from '../model/json.ts'
import { EXTENSION } from '../model/systems.ts'

const extensionOf = (encounter: JsonObject, url: string): JsonValue | undefined => arrayAt(encounter, 'extension').find((extension) => stringAt(extension, 'url') === url)

/** YYYY-MM-DD of the next visit. */
export const followUpOf = (encounter: JsonObject): string | undefined => stringAt(extensionOf(encounter, EXTENSION.followUp), 'valueDate')

/** "Đỡ": result of the treatment in words. */
export const resultOf = (encounter: JsonObject): string | undefined => {
  const coding = valueAt(extensionOf(encounter, EXTENSION.treatmentResult), 'valueCoding')
  return stringAt(coding, 'display') ?? stringAt(coding, 'code')
}

export interface Leave { readonly from: string; readonly to: string }

/** First and last day of the sick leave, YYYY-MM-DD. */
export const sickLeaveOf = (encounter: JsonObject): Leave | undefined => {
  const period = valueAt(extensionOf(encounter, EXTENSION.sickLeave), 'valuePeriod')
  const [from, to] = [stringAt(period, 'start'), stringAt(period, 'end')]
  return from === undefined || to === undefined ? undefined : { from, to }
}
