/** What a draft of a visit carries: its own form, and what had been read when it was typed, so a later change of the form's shape does not break it. Pure. */
import { emptyVisitForm, type DrugRow, type VisitForm } from './visit-form.ts'

const DRAFTED = 1

export interface Drafted { readonly form: VisitForm; readonly base?: VisitForm }

export const writeDraft = (form: VisitForm, base: VisitForm): string => JSON.stringify({ shape: DRAFTED, form, base })

const wholeForm = (found: VisitForm): VisitForm => {
  const empty = emptyVisitForm()
  const form = { ...empty, ...found }
  return { ...form, notes: { ...empty.notes, ...form.notes }, vitals: { ...empty.vitals, ...form.vitals }, drugs: form.drugs.map((d) => ({ ...d, doseUnit: (d as Partial<DrugRow>).doseUnit ?? d.unit })) }
}

export const readDraft = (body: string): Drafted | undefined => {
  try {
    const found = JSON.parse(body) as { shape?: number; form?: VisitForm; base?: VisitForm }
    return found.shape !== DRAFTED || !found.form ? undefined : { form: wholeForm(found.form), ...(found.base && { base: wholeForm(found.base) }) }
  } catch {
    return undefined
  }
}
