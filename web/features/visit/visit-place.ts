/** Where the visit takes place, for the parts of its sheet. */
import type { ComputedRef, InjectionKey } from 'vue'

/** FHIR id of its department; '' while it is not known. */
export const DEPARTMENT: InjectionKey<ComputedRef<string>> = Symbol('department of the visit')
