/** The web app as it is built for a hospital: its chunks, and what a page loads of them. */
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build, type Rolldown } from 'vite'

export interface WebScript {
  readonly chunks: ReadonlyMap<string, Rolldown.OutputChunk>
  /** Of everything that is served. */
  readonly texts: readonly string[]
  /** Gzipped KB of the chunks of these modules, with all that they need at once. */
  kilobytes(...parts: readonly string[]): number
  /** The module that the page starts with. */
  readonly entry: string
}

const isOutput = (value: unknown): value is Rolldown.RolldownOutput => typeof value === 'object' && value !== null && 'output' in value

/** Builds it anew, into memory. NODE_ENV has to be production: another value brings the development build of Vue. */
export const buildWebScript = async (): Promise<WebScript> => {
  const result: unknown = await build({ configFile: fileURLToPath(new URL('../../.config/vite.config.ts', import.meta.url)), logLevel: 'silent', mode: 'production', build: { write: false } })
  const outputs = (Array.isArray(result) ? result : [result]).filter(isOutput).flatMap((found) => found.output)
  const chunks = new Map(outputs.flatMap((found): [string, Rolldown.OutputChunk][] => (found.type === 'chunk' ? [[found.fileName, found]] : [])))
  /** A chunk and all it needs at once. */
  const withImports = (name: string, seen = new Set<string>()): Set<string> => {
    const chunk = chunks.get(name)
    if (!chunk || seen.has(name)) return seen
    seen.add(name)
    for (const next of chunk.imports) withImports(next, seen)
    return seen
  }
  const named = (part: string): string => {
    const found = [...chunks.values()].find((chunk) => (chunk.facadeModuleId ?? '').endsWith(part))
    if (!found) throw new Error(`no chunk of ${part}`)
    return found.fileName
  }
  return {
    chunks, texts: outputs.map((found) => (found.type === 'chunk' ? found.code : typeof found.source === 'string' ? found.source : '')),
    entry: [...chunks.values()].find((chunk) => chunk.isEntry)?.facadeModuleId ?? '',
    kilobytes: (...parts) => {
      const needed = new Set(parts.flatMap((part) => [...withImports(named(part))]))
      return [...needed].reduce((sum, name) => sum + gzipSync(chunks.get(name)?.code ?? '', { level: 9 }).length, 0) / 1024
    },
  }
}
