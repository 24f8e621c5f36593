/** Builds that are broken on purpose: a copy of the product with one thing taken out. A rig whose green means something catches each. */
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const PARTS = ['api', 'web', 'infra', 'migrations', 'fhir-profiles', '.config', 'package.json', 'package-lock.json', 'tsconfig.json']

/** In `file`, what stands exactly once as `from` becomes `to`. */
export interface Fault { readonly file: string; readonly from: string; readonly to: string }

/** The receiver takes every entry for a new one. */
export const DEDUPE_OFF: readonly Fault[] = [
  { file: 'api/exchange/receive-entries.ts', from: 'const known = new Map((await tx.known(entries.map((each) => each.seq)))', to: 'const known = new Map((await tx.known([]))' },
  { file: 'api/exchange/core/apply-decision.ts', from: 'pseq === applied + 1', to: 'pseq <= applied + 1' },
  { file: 'api/store/center/inbox.ts', from: "$9, $10, 'received', $11)`", to: "$9, $10, 'received', $11) on conflict do nothing`" },
]

/** PostgreSQL acknowledges what the disk does not have yet, and nobody minds. */
export const FSYNC_OFF: readonly Fault[] = [
  { file: 'infra/postgres/embedded.ts', from: "autovacuum_naptime: '5s',", to: "autovacuum_naptime: '5s', fsync: 'off'," },
  { file: 'api/store/connection/database.ts', from: 'await requireDurable(pool)', to: 'void requireDurable' },
]

/** Whatever is checked is checked twice. */
export const VALIDATE_TWICE: readonly Fault[] = [
  { file: 'api/fhir/checks.ts', from: 'Promise<Finding[]> => deps.validator.validateInTurns(', to: 'Promise<Finding[]> => deps.validator.validateInTurns(toPlain(resource), { path, advice, memory, ...(profiles && { profiles }), ...(load && { load }) }).then(() => deps.validator.validateInTurns(' },
  { file: 'api/fhir/checks.ts', from: '...(load && { load }) })\n  const readStored', to: '...(load && { load }) }))\n  const readStored' },
]

/** Folder of the copy, with these folders too; the caller removes it. Throws when a fault does not fit the sources any more. */
export function copyBroken(faults: readonly Fault[], more: readonly string[] = []): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'emr-broken-'))
  for (const part of [...PARTS, ...more]) fs.cpSync(path.join(ROOT, part), path.join(folder, part), { recursive: true })
  fs.symlinkSync(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'))
  for (const { file, from, to } of faults) {
    const place = path.join(folder, file)
    const parts = fs.readFileSync(place, 'utf8').split(from)
    if (parts.length !== 2) throw new Error(`${file} has «${from}» ${parts.length - 1} times, not once`)
    fs.writeFileSync(place, parts.join(to))
  }
  fs.chmodSync(folder, 0o755) // PostgreSQL's own account reads the binaries through it
  return folder
}
