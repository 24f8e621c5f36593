/** What is checked of a drug line while it is typed: recorded allergies and the same drug twice. Says what it looked at; silence would be read as safety. Pure. */
import { fold } from '#api/model/fold.ts'
import type { AllergyRow, DrugRow } from './visit-form.ts'

export interface DrugWarning {
  readonly drug: string
  readonly kind: 'allergy' | 'duplicate' | 'active'
  /** The allergy's text, or the other drug's name. */
  readonly with: string
}

/** What the patient takes from an earlier visit. */
export interface RunningDrug {
  /** FHIR id of its MedicationRequest. */
  readonly id: string
  readonly name: string
  readonly code: string
  /** As the list names it; empty when the list no longer knows the code. */
  readonly ingredient: string
}

/** Words by which a class is written in an allergy. */
const CLASS_WORDS: Readonly<Record<string, readonly string[]>> = {
  penicillin: ['penicillin', 'peniciline', 'penicilin', 'beta-lactam', 'betalactam', 'beta lactam', 'amoxicillin', 'ampicillin'],
  cephalosporin: ['cephalosporin', 'cefalosporin', 'beta-lactam', 'betalactam', 'beta lactam'],
  nsaid: ['nsaid', 'giam dau chong viem', 'chong viem khong steroid', 'aspirin', 'ibuprofen', 'diclofenac'],
  sulfonamide: ['sulfamid', 'sulfonamid', 'sulfa', 'cotrimoxazol', 'biseptol'],
  macrolide: ['macrolid'], quinolone: ['quinolon'], tetracycline: ['tetracyclin'], opioid: ['opioid', 'codein', 'morphin'],
}

const words = (text: string): string[] => fold(text).split(/[^a-z0-9]+/).filter((w) => w.length > 3)

function matchesAllergy(drug: DrugRow, allergy: AllergyRow): boolean {
  const text = fold(allergy.text)
  if (text === '') return false
  const ingredients = words(`${drug.ingredient} ${drug.ingredient === '' ? drug.code.display : ''}`)
  if (ingredients.some((w) => text.includes(w) && !GENERIC.has(w))) return true
  return (CLASS_WORDS[drug.drugClass] ?? []).some((w) => text.includes(w))
}

/** Words of a drug's name that say nothing of its substance. */
const GENERIC = new Set(['vien', 'nang', 'thuoc', 'acid', 'natri', 'dung', 'dich', 'giai', 'phong', 'cham', 'uong', 'vitamin'])

const substances = (ingredient: string): string[] => fold(ingredient).split('+').map((part) => part.trim()).filter((part) => part !== '')

/** The same code, or a substance in common: another strength, or a combination, is the same drug twice. */
const overlaps = (a: { readonly code: string; readonly ingredient: string }, b: { readonly code: string; readonly ingredient: string }): boolean =>
  a.code === b.code || substances(a.ingredient).some((substance) => substances(b.ingredient).includes(substance))
const toCompare = (drug: DrugRow): { code: string; ingredient: string } => ({ code: drug.code.code, ingredient: drug.ingredient })

/** Every warning, in the order of the lines. */
export function checkDrugs(drugs: readonly DrugRow[], allergies: readonly AllergyRow[], running: readonly RunningDrug[]): DrugWarning[] {
  return drugs.flatMap((drug, i) => {
    const name = drug.code.display
    const before = drugs.slice(0, i).find((d) => overlaps(toCompare(d), toCompare(drug)))
    const taken = running.find((other) => other.id !== drug.id && overlaps(other, toCompare(drug)))
    return [
      ...allergies.filter((a) => matchesAllergy(drug, a)).map((a) => ({ drug: name, kind: 'allergy' as const, with: a.text })),
      ...(before ? [{ drug: name, kind: 'duplicate' as const, with: before.code.display }] : []),
      ...(taken ? [{ drug: name, kind: 'active' as const, with: taken.name }] : []),
    ]
  })
}
