/** `npm run bench [-- NAME]`: one benchmark or all, alone on the machine. The last line of each is JSON {name, value, unit, ratio?, against?}. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const BENCHES = ['open-visit', 'fhir', 'fhir-planted', 'fhir-flat', 'validate'] as const
/** Too long to come with the others. */
const BY_NAME: readonly string[] = ['fhir-flat']

const words = process.argv.slice(2)
const first = words.findIndex((word) => word.startsWith('-'))
const [wanted, options] = first < 0 ? [words, []] : [words.slice(0, first), words.slice(first)]
const unknown = wanted.filter((name) => !BENCHES.some((b) => b === name))
if (unknown.length > 0) {
  console.error(`There is no benchmark ${unknown.join(', ')}. There are: ${BENCHES.join(', ')}`)
  process.exit(1)
}
let failed = 0
for (const name of BENCHES.filter((b) => (wanted.length === 0 ? !BY_NAME.includes(b) : wanted.includes(b)))) {
  const run = spawnSync(process.execPath, [fileURLToPath(new URL(`./${name}.ts`, import.meta.url)), ...options], { stdio: 'inherit' })
  if (run.status !== 0) failed += 1
}
process.exitCode = failed === 0 ? 0 : 1
