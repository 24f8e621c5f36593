/**
 * Changes every byte of a signed PDF, one at a time and in two ways, and asks the strict verifier each time: `node test/simulation/tamper-every-byte.ts [FILE AUTHORITY.pem TENANT]`.
 * Without arguments it signs a sample of its own. The last line says how many changes were made and how many passed unseen; that must be 0.
 */
import fs from 'node:fs'
import type { TrustedAuthority } from '#api/signing/trust.ts'
import { createVerifier } from '#api/signing/verifier.ts'
import { signSample, testAuthority } from '#test/support/signing.ts'

const MASKS = [0x01, 0x20] as const
const say = (text: string): void => { process.stdout.write(`${text}\n`) }

const load = async (): Promise<{ pdf: Buffer; trust: TrustedAuthority[]; close: () => void }> => {
  const [, , file, authority, tenant] = process.argv
  if (file !== undefined && authority !== undefined) {
    return { pdf: fs.readFileSync(file), trust: [{ tenant: Number(tenant ?? 900), authorityPem: fs.readFileSync(authority, 'utf8'), revoked: [] }], close: () => undefined }
  }
  const site = await testAuthority()
  return { pdf: await signSample(await site.issue()), trust: site.trust(), close: () => site.remove() }
}

const { pdf, trust, close } = await load()
const verifier = createVerifier({ trust: () => trust })
const whole = await verifier.verifyPdf(pdf)
if (!whole.valid) throw new Error(`the file is not valid to begin with: ${whole.reason}`)
say(`${pdf.length} bytes, signed by ${whole.signer}`)
const reasons = new Map<string, number>()
let unseen = 0
const start = performance.now()
for (let place = 0; place < pdf.length; place++) {
  for (const mask of MASKS) {
    pdf[place] = (pdf[place] ?? 0) ^ mask
    const { valid, reason = 'valid' } = await verifier.verifyPdf(pdf)
    if (valid) { unseen++; say(`unseen: byte ${place} ^ ${mask}`) }
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
    pdf[place] = (pdf[place] ?? 0) ^ mask
  }
  if (place % 20_000 === 19_999) say(`${place + 1} of ${pdf.length}`)
}
close()
for (const [reason, count] of [...reasons].sort((a, b) => b[1] - a[1])) say(`${reason}: ${count}`)
const changes = pdf.length * MASKS.length
say(`${changes} changes, ${unseen} unseen, ${((performance.now() - start) / changes).toFixed(3)} ms each`)
process.exitCode = unseen === 0 ? 0 : 1
