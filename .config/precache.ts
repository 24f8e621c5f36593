/** Adds sw.js to the build: web/offline/service-worker.ts with the list of files to keep and a version that is made of their names. */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { transformWithOxc, type Plugin } from 'vite'

const source = fileURLToPath(new URL('../web/offline/service-worker.ts', import.meta.url))

export const precache = (): Plugin => ({
  name: 'precache',
  apply: 'build',
  enforce: 'post',
  async generateBundle(_options, bundle) {
    const files = ['/', '/mark.svg', ...Object.keys(bundle).filter((name) => name.startsWith('assets/')).sort().map((name) => `/${name}`)]
    const { code } = await transformWithOxc(readFileSync(source, 'utf8'), source)
    const version = createHash('sha256').update(files.join('\n')).update(code).digest('hex').slice(0, 16)
    this.emitFile({ type: 'asset', fileName: 'sw.js', source: `const VERSION = ${JSON.stringify(version)}\nconst FILES = ${JSON.stringify(files)}\n${code.replace(/export\s*\{\s*\};?/g, '')}` })
  },
})
