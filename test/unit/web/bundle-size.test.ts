/** What a hospital PC loads before the first patient is seen: sign-in to queue within 150 KB of gzipped script, nothing evaluated, nothing from elsewhere. */
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { buildWebScript, type WebScript } from '#test/support/web-script.ts'

let script: WebScript

beforeAll(async () => {
  // the test runner's own value would bring Vue's development build
  vi.stubEnv('NODE_ENV', 'production')
  script = await buildWebScript()
  vi.unstubAllEnvs()
}, 120_000)

describe('the script of the page', () => {
  test('from sign-in to the queue is at most 150 KB', () => {
    expect(script.kilobytes(script.entry, 'SignInPage.vue', 'QueuePage.vue')).toBeLessThanOrEqual(150)
  })
  test('with the visit sheet is at most 230 KB', () => {
    expect(script.kilobytes(script.entry, 'SignInPage.vue', 'QueuePage.vue', 'VisitPage.vue', 'i18n/vi/visit.ts')).toBeLessThanOrEqual(230)
  })
  test('evaluates no text', () => {
    expect([...script.chunks.values()].filter((chunk) => /\bnew Function\b|\beval\(/.test(chunk.code)).map((chunk) => chunk.fileName)).toEqual([])
  })
  test('asks nothing of another origin', () => {
    const hosts = script.texts.flatMap((text) => [...text.matchAll(/(?:url\(|src=|href=|fetch\(|import\()["'`]?(https?:\/\/[^"'`)\s]+)/g)].map((found) => found[1]))
    expect(hosts).toEqual([])
  })
})
