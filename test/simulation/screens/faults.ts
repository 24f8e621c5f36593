/** What must never happen on the screens, one kind each, as builds in which it does; and the test that has to fall over it. */
import type { Fault } from '#test/support/broken-build.ts'

export interface Planted {
  readonly name: string
  readonly faults: readonly Fault[]
  /** Which of vitest's settings, the file, and the tests of it by name. */
  readonly by: 'parts' | 'screens' | 'journeys'
  readonly file: string
  readonly test: string
}

export const KINDS = ['draft', 'update', 'safety', 'unsigned'] as const
export type Kind = (typeof KINDS)[number]

export const PLANTED: Readonly<Record<Kind, readonly Planted[]>> = {
  // what is typed is kept on the PC within a second
  draft: [{
    name: 'nothing is kept on the PC', by: 'journeys', file: 'test/e2e/specs/drafts.test.ts', test: '(is on this PC|survives a killed tab)',
    faults: [{ file: 'web/features/visit/use-draft.ts', from: 'await found.drafts.put(key, { body: pending, updatedAt, fate: fateOf(false) })', to: 'void updatedAt' }],
  }],
  // nothing newer is written over
  update: [
    {
      name: 'the server takes an older version', by: 'parts', file: 'test/integration/signing/web-sheet.test.ts', test: 'what the patient does not bear',
      faults: [{ file: 'api/visit/settle-changes.ts', from: 'if ((before?.version ?? 0) !== change.expected && !repeated) throw', to: 'if (before === undefined && change.expected > 0) throw' }],
    },
    {
      name: 'the sheet sends no version', by: 'parts', file: 'test/unit/visit-sheet/visit-bundle.test.ts', test: '',
      faults: [{ file: 'web/features/visit/visit-bundle.ts', from: '...(version ? { ifMatch: `W/"${version}"` } : {})', to: '...{}' }],
    },
    {
      name: 'nobody is asked where both typed', by: 'parts', file: 'test/unit/visit-sheet/merge-form.test.ts', test: '',
      faults: [{ file: 'web/features/visit/merge-form.ts', from: 'if (base === theirs) return []', to: 'if (base !== undefined) return []' }],
    },
  ],
  // what was not checked is never clear, and an alert is answered before the signature
  safety: [
    {
      name: 'a tick where kinds have no answer', by: 'parts', file: 'test/unit/visit-sheet/line-state.test.ts', test: '',
      faults: [{ file: 'web/features/visit/line-state.ts', from: 'const judged = CHECK_KINDS.length - open.size', to: 'open.clear()\n  const judged = CHECK_KINDS.length' }],
    },
    {
      name: 'clear where nobody asked about allergies', by: 'parts', file: 'test/unit/safety/check-lines.test.ts', test: 'allergies',
      faults: [{ file: 'api/safety/allergy.ts', from: 'return noneKnown ?', to: 'return noneKnown || allergies.length === 0 ?' }],
    },
    {
      name: 'signed without a reason', by: 'parts', file: 'test/integration/signing/safety.test.ts', test: 'stop the signature',
      faults: [{ file: 'api/http/safety-gate.ts', from: "refuse('safety-reason-needed', checks.filter(({ key }) => !given.has(key)))", to: "refuse('safety-reason-needed', [])" }],
    },
  ],
  // what nobody has released or signed does not look as if somebody had
  unsigned: [
    {
      name: 'the record shows what the laboratory has not released', by: 'parts', file: 'test/integration/chart/patient-chart.test.ts', test: '',
      faults: [{ file: 'api/chart/withdrawn.ts', from: "export const RELEASED_VALUE = ['final', 'amended', 'corrected'] as const", to: "export const RELEASED_VALUE = ['final', 'amended', 'corrected', 'preliminary'] as const" }],
    },
    {
      name: 'a preliminary result without its mark', by: 'screens', file: 'test/unit/web/visit-side.test.ts', test: 'preliminary',
      faults: [{ file: 'web/features/visit/VisitResults.vue', from: `v-if="r.status !== 'final'"`, to: `v-if="r.status === 'amended'"` }],
    },
  ],
}
