/** What a doctor decided at the end of a visit, as the Encounter holds it. Pure. */
import { arrayAt, stringAt, valueAt, type JsonObject, type JsonValue } from '../model/json.ts'
import { REFERRAL_REASON_CODES, REFERRAL_REASONS, TRANSFER } from '../model/referral-reason.ts'
import { CODE_SYSTEM, EXTENSION } from '../model/systems.ts'

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

export interface Referral { readonly to: string; readonly reason: string; readonly words: string; readonly transport: string; readonly escort: string }

/** Where to, why, and how a patient is sent to another facility; undefined when the visit does not end so. */
export const referralOf = (encounter: JsonObject): Referral | undefined => {
  const disposition = arrayAt(encounter, 'hospitalization', 'dischargeDisposition', 'coding').find((coding) => stringAt(coding, 'system') === CODE_SYSTEM.dispositions)
  if (stringAt(disposition, 'code') !== TRANSFER) return undefined
  const parts = arrayAt(extensionOf(encounter, EXTENSION.referral), 'extension')
  const part = (name: string): JsonValue | undefined => parts.find((item) => stringAt(item, 'url') === name)
  const reason = stringAt(part('reason'), 'valueCoding', 'code') ?? ''
  return {
    to: stringAt(encounter, 'hospitalization', 'destination', 'display')?.trim() ?? '', reason, words: REFERRAL_REASON_CODES.filter((code) => code === reason).map((code) => REFERRAL_REASONS[code].vi)[0] ?? '',
    transport: stringAt(part('transport'), 'valueString') ?? '', escort: stringAt(part('escort'), 'valueString') ?? '',
  }
}
