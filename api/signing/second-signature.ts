/**
 * The second signature: one update behind the certified revision that fills the empty field, whose place and page stay as the first signer left them, and
 * writes no other object again. It approves and certifies nothing (ISO 32000-1 12.8.1; DocMDP P = 2 lets fields be signed).
 */
import type { Revision } from './pdf-file.ts'
import { contentsOf, dictIn, isSignature, sameRef, unchangedBut, type FoundSignature } from './pdf-revision.ts'
import { asRef, isDict, isName, type PdfRef } from './pdf-syntax.ts'
import { refuse } from './trust.ts'

/** Kinds of objects that would show or do something of their own. */
const OWN_KINDS = ['Page', 'Pages', 'Catalog', 'Annot'] as const

/** `before`: the printed revision and the certified one. Throws Refusal. */
export const findSecond = (before: readonly [Revision, Revision], update: Revision, room: PdfRef): FoundSignature => {
  const [, certified] = before
  const root = asRef(certified.trailer.get('Root'))
  for (const name of ['Root', 'Info'] as const) if (!sameRef(asRef(update.trailer.get(name)), asRef(certified.trailer.get(name)))) refuse('trailer-changed')
  for (const { number, value } of update.objects.values()) {
    if (number === room.object) continue
    // the writer repeats the catalog; it must say what it said
    if (number === root?.object && unchangedBut(dictIn(certified, root), isDict(value) ? value : refuse('catalog-changed'))) continue
    if (before.some((revision) => revision.objects.has(number))) refuse('object-redefined', String(number))
    if (isDict(value) && OWN_KINDS.some((kind) => isName(value.get('Type'), kind))) refuse('object-added', String(number))
  }
  const field = dictIn(update, room) ?? refuse('field')
  if (!unchangedBut(dictIn(certified, room), field, 'V', 'AP')) refuse('field')
  const signatures = [...update.objects.values()].filter((object) => isSignature(object))
  const signature = dictIn(update, asRef(field.get('V')) ?? refuse('not-signed')) ?? refuse('not-signed')
  if (signatures.length !== 1 || signatures[0]?.value !== signature || signature.has('Reference')) refuse('one-signature')
  return { signature, contents: contentsOf(signature), end: update.end }
}
