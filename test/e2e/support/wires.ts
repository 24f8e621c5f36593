/** What of the outside a demo is wired to: a laboratory's analyser with the port at which it calls, and a PACS. The journeys stand in for them. */
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { freePort } from './demo.ts'

/** Ports of this machine; plain data, so that vitest can hand it to the test files. */
export interface Wires {
  /** Where the hospital takes results. */
  readonly door: number
  /** Where the analyser takes orders. */
  readonly analyser: number
  /** Where the PACS is asked for pictures. */
  readonly pacs: number
}

export interface PreparedWires { readonly wires: Wires; readonly env: Readonly<Record<string, string>>; readonly remove: () => void }

export async function prepareWires(): Promise<PreparedWires> {
  const [door, analyser, pacs] = [await freePort(), await freePort(), await freePort()]
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'emr-wires-'))
  fs.chmodSync(folder, 0o711)
  const file = path.join(folder, 'devices.json')
  fs.writeFileSync(file, JSON.stringify({ devices: [{ name: 'Máy sinh hóa 1', kind: 'lab', from: ['127.0.0.1'], sendTo: `127.0.0.1:${analyser}` }] }))
  const archive = path.join(folder, 'pacs.json')
  fs.writeFileSync(archive, JSON.stringify({ name: 'PACS', url: `http://127.0.0.1:${pacs}/dicom-web` }))
  return { wires: { door, analyser, pacs }, env: { EMR_HL7_PORT: String(door), EMR_HL7_DEVICES: file, EMR_PACS: archive }, remove: () => fs.rmSync(folder, { recursive: true, force: true }) }
}
