/** What a hospital PC loads before the first patient is seen: sign-in to queue within 150 KB of gzipped script, nothing evaluated, nothing from elsewhere. */
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build, type Rolldown } from 'vite'
import { beforeAll, describe, expect, test, vi } from 'vitest'

type Chunk = Rolldown.OutputChunk
let chunks: Map<string, Chunk>
let texts: string[]

const isOutput = (value: unknown): value is Rolldown.RolldownOutput => typeof value === 'object' && value !== null && 'output' in value

beforeAll(async () => {
  // the test runner's own value would bring Vue's development build
  vi.stubEnv('NODE_ENV', 'production')
  const result: unknown = await build({ configFile: fileURLToPath(new URL('../../../.config/vite.config.ts', import.meta.url)), logLevel: 'silent', mode: 'production', build: { write: false } })
  const outputs = (Array.isArray(result) ? result : [result]).filter(isOutput).flatMap((found) => found.output)
  chunks = new Map(outputs.flatMap((found): [string, Chunk][] => (found.type === 'chunk' ? [[found.fileName, found]] : [])))
  texts = outputs.map((found) => (found.type === 'chunk' ? found.code : typeof found.source === 'string' ? found.source : ''))
  vi.unstubAllEnvs()
}, 120_000)

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
const kilobytes = (...parts: string[]): number => {
  const needed = new Set(parts.flatMap((part) => [...withImports(named(part))]))
  return [...needed].reduce((sum, name) => sum + gzipSync(chunks.get(name)?.code ?? '', { level: 9 }).length, 0) / 1024
}
const entry = (): string => [...chunks.values()].find((chunk) => chunk.isEntry)?.facadeModuleId ?? ''

describe('the script of the page', () => {
  test('from sign-in to the queue is at most 150 KB', () => {
    expect(kilobytes(entry(), 'SignInPage.vue', 'QueuePage.vue')).toBeLessThanOrEqual(150)
  })
  test('with the visit sheet is at most 230 KB', () => {
    expect(kilobytes(entry(), 'SignInPage.vue', 'QueuePage.vue', 'VisitPage.vue')).toBeLessThanOrEqual(230)
  })
  test('evaluates no text', () => {
    expect([...chunks.values()].filter((chunk) => /\bnew Function\b|\beval\(/.test(chunk.code)).map((chunk) => chunk.fileName)).toEqual([])
  })
  test('asks nothing of another origin', () => {
    const hosts = texts.flatMap((text) => [...text.matchAll(/(?:url\(|src=|href=|fetch\(|import\()["'`]?(https?:\/\/[^"'`)\s]+)/g)].map((found) => found[1]))
    expect(hosts).toEqual([])
  })
})
