/** What a Reference may point at (https://hl7.org/fhir/R4/references.html): only the type that its address names is judged, not whether the target exists. Pure. */
import { asString, keyed } from './untyped.ts'

const TYPED = /(?:^|\/)([A-Z][A-Za-z]+)\/[A-Za-z0-9\-.]{1,64}(?:\/_history\/[A-Za-z0-9\-.]{1,64})?$/
const CONDITIONAL = /^([A-Z][A-Za-z]+)\?/

export const referenceProblem = (reference: unknown, targets: readonly string[]): string | undefined => {
  if (targets.length === 0 || targets.includes('') || targets.includes('Resource')) return undefined
  const address = asString(keyed(reference, 'reference'))
  const found = address.startsWith('#') || address.startsWith('urn:') ? undefined : (CONDITIONAL.exec(address) ?? TYPED.exec(address))?.[1]
  const named = found ?? asString(keyed(reference, 'type'))
  return named && !targets.includes(named) ? `The reference points at ${named}; allowed: ${targets.join(', ')}` : undefined
}
