/** Vitest's global setup of the journeys: one demo for all of them, with its training hospital. */
import fs from 'node:fs'
import type { TestProject } from 'vitest/node'
import { startDemo, type DemoAddress } from './demo.ts'

declare module 'vitest' {
  export interface ProvidedContext { demo: DemoAddress }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { stop, output: _output, ...address } = await startDemo(undefined, { env: { EMR_TRAINING: '1' } })
  project.provide('demo', address)
  return async () => {
    await stop()
    fs.rmSync(address.data, { recursive: true, force: true })
  }
}
