/** Nearly right inputs of every kind (http://hl7.org/fhir/R4/http.html#Status-Codes), in the short form of `test/simulation/fuzz/run.ts`. */
import { expect, it } from 'vitest'
import { runFuzz } from './rig.ts'

const INPUTS = 5000

it('answers 5,000 inputs with the structure of FHIR without a server error, a stall, or a connection held', async () => {
  const { inputs, statuses, failures } = await runFuzz({ inputs: INPUTS, seed: Number(process.env.EMR_FUZZ_SEED ?? '1') })
  expect(failures).toEqual([])
  expect(inputs).toBe(INPUTS)
  // the inputs are good enough to be taken, and bad enough to be refused
  for (const status of [200, 201, 400, 404, 422]) expect(statuses.get(status) ?? 0, String(status)).toBeGreaterThan(0)
}, 400_000)
