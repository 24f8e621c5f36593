/**
 * What tests need beyond npm: poppler's pdfsig, pdftoppm and pdftotext (an independent judge of our PDFs), nbdkit and libnbd (a disk whose power can
 * be cut), and a browser. Installed by the package manager where that is allowed.
 */
import { spawn, spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { findBrowser } from './browser.ts'

/** Debian's package -> the tools of it that are called. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = { 'poppler-utils': ['pdfsig', 'pdftoppm', 'pdftotext'], nbdkit: ['nbdkit'], 'libnbd-bin': ['nbdfuse'] }

/** Names of the tools that are not in PATH. */
export const missingTools = (names: readonly string[]): string[] =>
  names.filter((name) => !(process.env.PATH ?? '').split(':').some((folder) => fs.existsSync(path.join(folder, name))))

async function main(): Promise<void> {
  for (const [pack, tools] of Object.entries(PACKAGES)) if (missingTools(tools).length > 0) await install(pack)
  const missing = Object.entries(PACKAGES).flatMap(([pack, tools]) => missingTools(tools).map((tool): [string, string] => [tool, pack]))
  const browser = await findBrowser() ?? (await install('chromium') ? await findBrowser() : undefined)
  if (!browser) missing.push(['a browser', 'chromium'])
  for (const [tool, pack] of missing) process.stderr.write(`  ${tool} is missing: apt-get install ${pack} (as root)${process.env.CI ? '' : '; tests that need it are skipped'}\n`)
  if (missing.length > 0 && process.env.CI) process.exitCode = 1
}

/** True when apt-get could be used and did it. */
async function install(pack: string): Promise<boolean> {
  const prefix = process.getuid?.() === 0 ? [] : spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0 ? ['sudo', '-n'] : undefined
  if (!prefix || missingTools(['apt-get']).length > 0) return false
  process.stdout.write(`Installing ${pack} with apt-get:\n`)
  const get = (...args: string[]): Promise<boolean> => run([...prefix, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-q', '-y', '-o', 'DPkg::Lock::Timeout=300', ...args])
  return await get('install', '--no-install-recommends', pack) || (await get('update') && await get('install', '--no-install-recommends', pack))
}

async function run([command = '', ...args]: string[]): Promise<boolean> {
  const started = Date.now()
  const child = spawn(command, args, { stdio: 'ignore' })
  const progress = setInterval(() => process.stdout.write(`  ${Math.round((Date.now() - started) / 1000)} s\n`), 3000)
  const code = await new Promise<number | null>((resolve) => child.once('error', () => resolve(1)).once('close', resolve))
  clearInterval(progress)
  return code === 0
}

await main()
