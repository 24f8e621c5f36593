/** Vitest's global setup of the journeys: one demo for all of them, with its training hospital. */
import fs from 'node:fs'
import type { TestProject } from 'vitest/node'
import { startDemo, type DemoAddress } from './demo.ts'
import { prepareWires, type Wires } from './wires.ts'

declare module 'vitest' {
  export interface ProvidedContext { demo: DemoAddress; wires: Wires }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { wires, env, remove } = await prepareWires()
  const { stop, output: _output, ...address } = await startDemo(undefined, { env: { ...env, EMR_TRAINING: '1' } })
  project.provide('demo', address)
  project.provide('wires', wires)
  return async () => {
    await stop()
    remove()
    fs.rmSync(address.data, { recursive: true, force: true })
  }
}
