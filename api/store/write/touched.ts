/** What a transaction changed, by the patient whose record it stands in: the content of its journal entries. */
import type { JournalEntry, JournalRef } from '../journal/append.ts'
import type { Step } from './plan.ts'

export class Touched {
  readonly #refs = new Map<string | null, JournalRef[]>()

  add(steps: readonly Step[]): void {
    for (const step of steps) {
      if (step.op === 'unchanged') continue
      const ref: JournalRef = { type: step.type, id: step.id, rid: String(step.rid), ver: step.ver }
      this.#touch(step.pat, ref)
      if (step.patBefore !== undefined) this.#touch(step.patBefore, ref)
    }
  }

  addDocument(patient: string | null, document: string): void {
    this.#touch(patient, { document })
  }

  entries(): JournalEntry[] {
    return [...this.#refs].map(([patient, refs]) => ({ patient, refs }))
  }

  #touch(patient: string | null, ref: JournalRef): void {
    const refs = this.#refs.get(patient || null)
    if (refs) refs.push(ref)
    else this.#refs.set(patient || null, [ref])
  }
}
