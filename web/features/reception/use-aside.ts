/** One half-typed registration that gave way to another person: a scan or a fresh form never takes away what was typed. */
import { shallowRef, type ShallowRef } from 'vue'
import type { Patient } from '@medplum/fhirtypes'
import { fold } from '#api/model/fold.ts'
import type { CitizenCard } from '#api/model/citizen-card.ts'
import type { FormField, RegistrationForm } from './registration-form.ts'

/** A stored record on the form, with the version that a change of it builds on. */
export interface KnownPatient { readonly id: string; readonly version: number; readonly resource: Patient }

export interface HalfTyped {
  readonly form: RegistrationForm
  readonly known?: KnownPatient
  /** The card that was scanned for it. */
  readonly scanned?: CitizenCard
}

const shown = (value: RegistrationForm[FormField] | undefined): string => fold(typeof value === 'object' ? value?.display ?? '' : value ?? '').replaceAll(/[\s.-]/g, '')

/** Whether something is typed that `base` (what is stored, or an empty form) does not say; the clinic belongs to the desk, not to the person. */
export const saysMore = (form: RegistrationForm, base: Partial<RegistrationForm>): boolean =>
  (Object.keys(form) as FormField[]).some((field) => field !== 'department' && shown(form[field]) !== '' && shown(form[field]) !== shown(base[field]))

export interface Aside {
  readonly held: ShallowRef<HalfTyped | undefined>
  /** Keeps a copy of it. */
  put(half: HalfTyped): void
  /** The held one, which is then held no more. */
  take(): HalfTyped | undefined
}

export const useAside = (): Aside => {
  const held = shallowRef<HalfTyped>()
  return {
    held,
    put: (half) => { held.value = { ...half, form: { ...half.form } } },
    take: () => { const half = held.value; held.value = undefined; return half },
  }
}
