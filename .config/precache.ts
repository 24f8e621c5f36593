/** Adds sw.js to the build: web/offline/service-worker.ts with the list of files to keep and a version that is made of their names, and of what stands in those whose names stay. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { transformWithOxc, type Plugin } from 'vite'

const source = fileURLToPath(new URL('../web/offline/service-worker.ts', import.meta.url))
/** Of web/public: names without a digest. */
const PUBLIC = ['mark.svg', 'theme.js']

export const precache = (): Plugin => ({
  name: 'precache',
  apply: 'build',
  enforce: 'post',
  async generateBundle(_options, bundle) {
    const files = ['/', ...PUBLIC.map((name) => `/${name}`), ...Object.keys(bundle).filter((name) => name.startsWith('assets/')).sort().map((name) => `/${name}`)]
    const { code } = await transformWithOxc(readFileSync(source, 'utf8'), source)
    const version = createHash('sha256').update([...files, code, ...PUBLIC.map((name) => readFileSync(new URL(`../web/public/${name}`, import.meta.url), 'utf8'))].join('\n')).digest('hex').slice(0, 16)
    this.emitFile({ type: 'asset', fileName: 'sw.js', source: `const VERSION = ${JSON.stringify(version)}\nconst FILES = ${JSON.stringify(files)}\n${code.replace(/export\s*\{\s*\};?/g, '')}` })
  },
})
