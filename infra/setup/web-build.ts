/** Builds the web app when what it is made of has changed since the last build; the mark of that is a hash beside the result. */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { Problem } from './problem.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const dist = path.join(root, 'web/dist')
const mark = path.join(dist, '.built-from')
const SOURCES = ['web', 'api/model', 'api/search', '.config/vite.config.ts', 'package-lock.json', 'tsconfig.json']

/** Whether web/dist is what the sources would give. */
export const isWebBuilt = (): boolean => fs.existsSync(mark) && fs.readFileSync(mark, 'utf8') === hashOf(root)

/** Runs vite. Throws Problem with the end of what vite said. */
export async function buildWeb(): Promise<void> {
  const hash = hashOf(root)
  const vite = path.join(root, 'node_modules/vite/bin/vite.js')
  if (!fs.existsSync(vite)) throw new Problem('The web app has changed and vite is not installed: run npm start with all packages (npm ci --include=dev)')
  // a test runner's NODE_ENV would put Vue's development build, half as large again, before the users
  const env = { ...process.env, NODE_ENV: 'production' }
  const child = spawn(process.execPath, [vite, 'build', '--config', '.config/vite.config.ts', '--logLevel', 'warn'], { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => { said = (said + String(text)).slice(-4000) })
  const code = await new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve))
  if (code !== 0) throw new Problem(`The web app does not build: ${said.trim()}`)
  fs.writeFileSync(mark, hash)
}

function hashOf(folder: string): string {
  const hash = createHash('sha256')
  for (const source of SOURCES) for (const file of filesOf(path.join(folder, source))) hash.update(`${path.relative(folder, file)}\0`).update(fs.readFileSync(file)).update('\0')
  return hash.digest('hex')
}

function filesOf(place: string): string[] {
  if (place === dist || !fs.existsSync(place)) return []
  if (!fs.statSync(place).isDirectory()) return [place]
  return fs.readdirSync(place).sort().flatMap((name) => filesOf(path.join(place, name)))
}
