/** Second signatures that a commit brings: the Provenance of a PDF's second revision with the Binary that holds it (the hospital's api/visit/provenance.ts). What came from outside is parsed once. */
import { z } from 'zod'
import { ApplyRefused } from '../model/exchange.ts'
import { parseJson, toPlain } from '../model/json.ts'
import type { NewCosignature, Write } from '../model/ports.ts'
import { EXTENSION } from '../model/systems.ts'

const referenceTo = (type: string) => z.string().startsWith(`${type}/`).transform((text) => text.slice(type.length + 1))
const Who = z.object({ reference: referenceTo('Practitioner'), display: z.string().min(1) })
const Provenance = z.object({
  extension: z.array(z.object({ url: z.string(), valueString: z.string().optional() })),
  target: z.array(z.object({ reference: z.string() })).min(1), recorded: z.iso.datetime({ offset: true }),
  agent: z.tuple([z.object({ who: Who, onBehalfOf: Who.optional() })]), entity: z.tuple([z.object({ what: z.object({ reference: referenceTo('Binary') }) })]),
  signature: z.tuple([z.object({ data: z.base64() })]),
})
const Binary = z.object({ contentType: z.literal('application/pdf'), data: z.base64() })
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const VERIFIER = '"code":"verifier"'

type Exact = Extract<Write, { op: 'put-exact' }>
const isExact = (write: Write): write is Exact => write.op === 'put-exact' && write.deleted !== true

const read = (provenance: Exact, writes: readonly Exact[]): { cosignature: NewCosignature; at: string } => {
  try {
    const { extension, target, recorded, agent: [{ who, onBehalfOf }], entity: [{ what }], signature: [{ data }] } = Provenance.parse(toPlain(parseJson(provenance.body)))
    const binary = writes.find(({ key }) => key.type === 'Binary' && key.id === what.reference)
    const pdf = Buffer.from(Binary.parse(toPlain(parseJson(binary?.body ?? 'null'))).data, 'base64')
    const document = referenceTo('Bundle').parse(target[0]?.reference)
    const pdfSha256 = z.string().regex(/^[0-9a-f]{64}$/).parse(extension.find(({ url }) => url === EXTENSION.pdfDigest)?.valueString)
    const cosignature = {
      document: z.string().regex(UUID).parse(document), pdf, pdfSha256, jws: Buffer.from(data, 'base64').toString('latin1'), practitioner: who.reference, name: who.display, signedAt: recorded,
      ...(onBehalfOf && { behalf: { practitioner: onBehalfOf.reference, name: onBehalfOf.display } }),
    }
    return { cosignature, at: recorded }
  } catch (cause) {
    throw new ApplyRefused('cosignature-malformed', { cause })
  }
}

/** Throws ApplyRefused 'cosignature-malformed'. Only what the product closed itself (immutable) counts: others write Provenances too. */
export const findCosignatures = (writes: readonly Write[]): { cosignature: NewCosignature; at: string }[] => {
  const exact = writes.filter(isExact)
  return exact.filter(({ key, immutable, body }) => key.type === 'Provenance' && immutable === true && body.includes(VERIFIER) && body.includes(EXTENSION.pdfDigest)).map((provenance) => read(provenance, exact))
}
