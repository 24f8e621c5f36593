/** What must hold of the repository's files themselves; each check answers the places where it does not. */
import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'

export type Check = (root: string, files: readonly string[]) => string[]

/** Every file that is, or would be, committed. */
export const listFiles = (root: string): string[] =>
  execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: root, encoding: 'utf8', maxBuffer: 64 * 2 ** 20 })
    .split('\n').filter((file) => file !== '' && fs.existsSync(path.join(root, file)))

const CODE = /\.(ts|mjs|cjs|js|vue|css|html|md|json|fsh|sh|yml|yaml)$/
const GENERATED = /^(package-lock\.json|fhir-profiles\/package\/)/

/** Places `file:line` of a pattern in the files that people write. */
const find = (root: string, files: readonly string[], pattern: RegExp, of = CODE): string[] =>
  files.filter((file) => of.test(file) && !GENERATED.test(file)).flatMap((file) =>
    fs.readFileSync(path.join(root, file), 'utf8').split('\n').flatMap((line, i) => (pattern.test(line) ? [`${file}:${i + 1}: ${line.trim().slice(0, 120)}`] : [])))

/** The lock names no registry, so that every hospital can use its own. */
export const lockNamesNoRegistry: Check = (root) =>
  (fs.readFileSync(path.join(root, 'package-lock.json'), 'utf8').includes('"resolved"') ? ['package-lock.json has "resolved": install with omit-lockfile-registry-resolved=true'] : [])

// written in parts, so that this file does not find itself
const PLACES = new RegExp(['/wor' + 'k/', 'bash_' + 'jobs', '\\.lib' + 'rary/', '\\.\\./sha' + 'red/', 'sub' + 'agent'].join('|'))
/** Nothing leads to a folder that only one machine has. */
export const noForeignPlaces: Check = (root, files) => find(root, files, PLACES)

const UNFINISHED = new RegExp(['\\bTO' + 'DO\\b', '\\bFIX' + 'ME\\b', '\\bXX' + 'X\\b', '\\b(it|test|describe)\\.(on' + 'ly|to' + 'do|sk' + 'ip)\\(', '@ts-(ign' + 'ore|noch' + 'eck)', '(es|ox)lint-dis' + 'able(?!.* -- )'].join('|'))
/** Nothing is left for later, and no check is switched off without a reason. */
export const nothingUnfinished: Check = (root, files) => find(root, files, UNFINISHED, /\.(ts|mjs|cjs|js|vue|css)$/)

/** Each link in a README leads somewhere. */
export const linksLeadSomewhere: Check = (root, files) => files.filter((file) => file.endsWith('.md')).flatMap((file) =>
  [...fs.readFileSync(path.join(root, file), 'utf8').matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)].flatMap(([, target = '']) =>
    (fs.existsSync(path.join(root, path.dirname(file), decodeURIComponent(target))) ? [] : [`${file}: ${target}`])))

const TOP = new Set(['package.json', 'package-lock.json', 'tsconfig.json', 'README.md', 'LICENSE', 'api', 'web', 'fhir-profiles', 'migrations', 'test', 'infra'])
/** The top level is what the architecture says, and each of its folders explains itself. */
export const topLevelIsKnown: Check = (_root, files) => {
  const top = [...new Set(files.map((file) => file.split('/')[0] ?? ''))]
  const unknown = top.filter((name) => !name.startsWith('.') && !TOP.has(name)).map((name) => `${name} does not belong at the top`)
  const folders = top.filter((name) => !name.startsWith('.') && files.some((file) => file.startsWith(`${name}/`)))
  return unknown.concat(folders.filter((name) => !files.includes(`${name}/README.md`)).map((name) => `${name}/README.md is missing`))
}

/** Written files stay short enough to be read in one go. */
export const filesAreShort: Check = (root, files) => files.filter((file) => /\.(ts|mjs|cjs|js|vue|css)$/.test(file) && !GENERATED.test(file)).flatMap((file) => {
  const lines = fs.readFileSync(path.join(root, file), 'utf8').split('\n').length - 1
  return lines > 400 ? [`${file}: ${lines} lines`] : []
})

export const REPOSITORY_CHECKS: readonly (readonly [string, Check])[] = [
  ['the lock names no registry', lockNamesNoRegistry],
  ['nothing leads to a folder of one machine', noForeignPlaces],
  ['nothing is unfinished or switched off', nothingUnfinished],
  ['links lead somewhere', linksLeadSomewhere],
  ['the top level is known and explained', topLevelIsKnown],
  ['no file is longer than 400 lines', filesAreShort],
]
