// @vitest-environment happy-dom
/** The viewer's pictures against a server that takes the right to see them away, or has fewer than before. */
import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { defineComponent } from 'vue'
import type { PicturesOpened } from '#api/model/pictures.ts'
import { connectClient } from '#web/fhir/client.ts'
import { isFailure } from '#web/fhir/failure-text.ts'
import { usePictures } from '#web/record/imaging/use-pictures.ts'
import { breakGlassWish } from '#web/shell/break-glass.ts'

const json = (status: number, body: unknown): Response => new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } })
const refusal = (status: number, code: string): Response => json(status, { code, message: code, issues: [] })
const found = (opened: string, count: number): PicturesOpened => ({ state: 'found', opened, test: 'X-quang', accession: 'HA1', patient: { number: 'BN1', name: 'An' }, withheld: [], cut: false, studies: [{ date: '', description: '', series: [{ modality: 'CT', number: 1, description: '', count }] }] })

let opening = (): Response => json(200, found('a', 6))
let picture = (): Response => new Response('picture', { headers: { 'content-type': 'image/png' } })
let asked: string[] = []
let mounted: VueWrapper | undefined
const revoked = vi.fn()
const start = async (): Promise<ReturnType<typeof usePictures>> => {
  let used: ReturnType<typeof usePictures> | undefined
  mounted = mount(defineComponent({ setup: () => { used = usePictures({ order: 'o', patient: 'p' }); return () => null } }))
  await flushPromises()
  if (!used) throw new Error('nothing was set up')
  return used
}
beforeEach(() => {
  asked = []
  opening = () => json(200, found('a', 6))
  picture = () => new Response('picture', { headers: { 'content-type': 'image/png' } })
  vi.stubGlobal('fetch', async (url: string) => { asked.push(url); return url.includes('/imaging-orders/') ? opening() : picture() })
  let made = 0
  vi.spyOn(URL, 'createObjectURL').mockImplementation(() => `blob:${made += 1}`)
  vi.spyOn(URL, 'revokeObjectURL').mockImplementation(revoked)
  connectClient({ csrf: () => 'token', onSessionExpired: async () => false, onReachable: () => undefined })
})
afterEach(() => { mounted?.unmount(); vi.restoreAllMocks(); vi.unstubAllGlobals(); revoked.mockReset() })

describe('pictures that are kept', () => {
  test('are forgotten when the right to see them ends, and the way back asks for that right', async () => {
    const pictures = await start()
    expect([pictures.shown.value, revoked.mock.calls.length]).toEqual(['blob:1', 0])
    picture = () => refusal(403, 'break-glass-needed')
    pictures.pictureBy(5)
    await flushPromises()
    expect([isFailure(pictures.failure.value, 'break-glass-needed'), revoked.mock.calls.length]).toEqual([true, 4])
    asked = []
    opening = () => refusal(403, 'break-glass-needed')
    const again = pictures.retry()
    await flushPromises()
    breakGlassWish.value?.answer(false)
    await again
    // opening asked for the reason; without it nothing more is asked
    expect(asked.filter((url) => url.includes('/pictures/a/'))).toEqual([])
    expect(asked.length).toBe(1)
  })
  test('are opened once more when the server has closed them, at the same place as far as it is there', async () => {
    const pictures = await start()
    picture = () => refusal(410, 'pictures-closed')
    opening = () => { picture = () => new Response('picture', { headers: { 'content-type': 'image/png' } }); return json(200, found('b', 3)) }
    pictures.pictureBy(5)
    await flushPromises()
    await flushPromises()
    expect([pictures.place.value, pictures.failure.value, asked.at(-1)?.includes('/pictures/b/')]).toEqual([{ series: 0, index: 2 }, undefined, true])
    expect(pictures.shown.value).toMatch(/^blob:/)
  })
  test('that the browser cannot draw are a failure that is said', async () => {
    const pictures = await start()
    pictures.broken()
    expect([pictures.shown.value, isFailure(pictures.failure.value, 'pacs-unfit')]).toEqual([undefined, true])
  })
})
