/** Serves the built web app (web/dist): hashed assets for ever, index.html always asked anew, and index.html for every page address (SPA fallback). */
import { existsSync, readdirSync } from 'node:fs'
import { join, relative, sep } from 'node:path'

export interface WebFile {
  readonly file: string
  readonly immutable: boolean
}

const listFiles = (root: string): Set<string> => {
  if (!existsSync(root)) return new Set()
  const entries = readdirSync(root, { recursive: true, withFileTypes: true })
  return new Set(entries.filter((entry) => entry.isFile()).map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/')))
}

/** Only files that stood in the folder at start are ever served, so a path cannot lead elsewhere. */
export const createWebFiles = (root: string): { find(path: string, wantsPage: boolean): WebFile | undefined } => {
  const files = listFiles(root)
  return {
    find(path, wantsPage) {
      let name: string
      try {
        name = decodeURIComponent(path).replace(/^\/+/, '')
      } catch {
        return undefined
      }
      if (name !== '' && name !== 'index.html' && files.has(name)) return { file: name, immutable: name.startsWith('assets/') }
      const page = name === '' || name === 'index.html' || (wantsPage && !name.includes('.'))
      return page && files.has('index.html') ? { file: 'index.html', immutable: false } : undefined
    },
  }
}
