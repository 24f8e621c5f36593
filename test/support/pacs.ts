/** A stand-in for a PACS: QIDO-RS and rendered WADO-RS at a port of this machine, over pictures that it draws itself. It can be slow, dead, lying, redirecting, of the wrong patient. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { setTimeout } from 'node:timers/promises'
import { drawPhantom } from './phantom.ts'

export interface FakeSeries { readonly uid: string; readonly number: number; readonly modality: string; readonly description: string; readonly instances: readonly { readonly uid: string; readonly frames?: number }[] }
export interface FakeStudy { readonly uid: string; readonly accession: string; readonly patientId: string; readonly patientName: string; readonly birthDate: string; readonly date?: string; readonly description?: string; readonly series: readonly FakeSeries[] }

/** How it answers: what the standard says, or one of the ways in which a PACS is sick or hostile. */
export type Mood = 'well' | 'slow' | 'unauthorized' | 'redirect' | 'everything' | 'html' | 'huge' | 'truncated' | 'broken-json' | 'liar' | 'zipped' | 'switching' | 'reset' | 'nothing'

export interface FakePacs {
  readonly port: number
  readonly url: string
  readonly studies: FakeStudy[]
  /** Paths with queries, as they were asked. */
  readonly asked: string[]
  readonly headers: IncomingMessage['headers'][]
  mood: Mood
  /** Milliseconds before a picture is answered. */
  delay: number
  close(): Promise<void>
}

export interface FakePacsOptions { readonly port?: number; readonly tls?: { readonly key: string; readonly cert: string }; readonly size?: number }

const element = (vr: string, value: unknown): object => ({ vr, ...(value !== '' && value !== undefined && { Value: [value] }) })
const studySet = (study: FakeStudy): Record<string, object> => ({
  '00080020': element('DA', study.date ?? '20261122'), '00080050': element('SH', study.accession), '00081030': element('LO', study.description), '00100010': element('PN', study.patientName && { Alphabetic: study.patientName }),
  '00100020': element('LO', study.patientId), '00100030': element('DA', study.birthDate), '0020000D': element('UI', study.uid),
})
const seriesSet = (series: FakeSeries): Record<string, object> => ({ '00080060': element('CS', series.modality), '0008103E': element('LO', series.description), '0020000E': element('UI', series.uid), '00200011': element('IS', series.number) })
/** As Orthanc writes whole numbers: as text. */
const instanceSet = (series: string, uid: string, at: number, frames?: number): Record<string, object> =>
  ({ '00080018': element('UI', uid), '0020000E': element('UI', series), '00200013': element('IS', String(at + 1)), '00280008': element('IS', frames === undefined ? undefined : String(frames)) })

const json = (reply: ServerResponse, sets: readonly unknown[]): void => {
  if (sets.length === 0) { reply.writeHead(204).end(); return }
  reply.writeHead(200, { 'content-type': 'application/dicom+json' }).end(JSON.stringify(sets))
}

export const startPacs = async ({ port = 0, tls, size = 256 }: FakePacsOptions = {}): Promise<FakePacs> => {
  const pacs = { studies: [] as FakeStudy[], asked: [] as string[], headers: [] as IncomingMessage['headers'][], mood: 'well' as Mood, delay: 0 }

  const picture = async (reply: ServerResponse, path: string, window: string | null): Promise<void> => {
    const [, studyUid, seriesUid, instanceUid, frame] = /^\/studies\/([^/]+)\/series\/([^/]+)\/instances\/([^/]+)(?:\/frames\/(\d+))?\/rendered$/.exec(path) ?? []
    const series = pacs.studies.find(({ uid }) => uid === studyUid)?.series.find(({ uid }) => uid === seriesUid)
    const index = series?.instances.findIndex(({ uid }) => uid === instanceUid) ?? -1
    if (series === undefined || index < 0) { reply.writeHead(404).end(); return }
    await setTimeout(pacs.delay)
    const [center, spread] = (window ?? '40,1200,linear').split(',').map(Number)
    const at = frame === undefined ? index + 1 : Number(frame)
    const bytes = drawPhantom({ width: size, height: Math.round(size * 0.9), at, ...(center !== undefined && { center }), ...(spread !== undefined && { spread }) })
    if (pacs.mood === 'html') { reply.writeHead(200, { 'content-type': 'image/png' }).end('<!doctype html><script>alert(1)</script>'); return }
    if (pacs.mood === 'liar') { reply.writeHead(200, { 'content-type': 'text/html' }).end(bytes); return }
    if (pacs.mood === 'zipped') { reply.writeHead(200, { 'content-type': 'image/png', 'content-encoding': 'gzip' }).end(bytes); return }
    if (pacs.mood === 'truncated') { reply.writeHead(200, { 'content-type': 'image/png', 'content-length': bytes.length }); reply.write(bytes.subarray(0, 100)); reply.destroy(); return }
    if (pacs.mood === 'huge') {
      reply.writeHead(200, { 'content-type': 'image/png', 'transfer-encoding': 'chunked' })
      reply.end(Buffer.concat([bytes, Buffer.alloc(13 * 1024 * 1024)]))
      return
    }
    // it answers PNG, whatever is preferred
    reply.writeHead(200, { 'content-type': 'image/png' }).end(bytes)
  }
  const answer = async (request: IncomingMessage, reply: ServerResponse): Promise<void> => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://pacs')
    pacs.asked.push(request.url ?? '')
    pacs.headers.push(request.headers)
    const path = pathname.replace(/^\/dicom-web/, '')
    if (pacs.mood === 'slow') return
    if (pacs.mood === 'switching') { request.socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: other\r\n\r\n'); return }
    if (pacs.mood === 'reset') { pacs.mood = 'well'; request.socket.resetAndDestroy(); return }
    if (pacs.mood === 'nothing') { reply.writeHead(200, { 'content-type': 'application/dicom+json' }).end(); return }
    if (pacs.mood === 'html' && path === '/studies') { reply.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>Sign in</title>'); return }
    if (pacs.mood === 'unauthorized') { reply.writeHead(401).end(); return }
    if (pacs.mood === 'redirect') { reply.writeHead(302, { location: `http://127.0.0.1:${String(request.socket.localPort)}/elsewhere` }).end(); return }
    if (pacs.mood === 'broken-json' && path === '/studies') { reply.writeHead(200, { 'content-type': 'application/dicom+json' }).end('[{"0020000D":{"vr":"UI","Value":["1.2'); return }
    if (path.endsWith('/rendered')) return picture(reply, path, searchParams.get('window'))
    if (path === '/studies') {
      const fits = (study: FakeStudy): boolean => pacs.mood === 'everything' || (study.accession === searchParams.get('AccessionNumber') || study.uid === searchParams.get('StudyInstanceUID'))
      json(reply, pacs.studies.filter(fits).map(studySet))
      return
    }
    const [, uid, what] = /^\/studies\/([^/]+)\/(series|instances)$/.exec(path) ?? []
    const study = pacs.studies.find((each) => each.uid === uid)
    if (study === undefined) { reply.writeHead(404).end(); return }
    json(reply, what === 'series' ? study.series.map(seriesSet) : study.series.flatMap((series) => series.instances.map((instance, at) => instanceSet(series.uid, instance.uid, at, instance.frames))).toReversed())
  }
  const listener = (request: IncomingMessage, reply: ServerResponse): void => { answer(request, reply).catch(() => reply.destroy()) }
  const server = tls === undefined ? createServer(listener) : createSecureServer(tls, listener)
  await new Promise<void>((resolve) => { server.listen(port, '127.0.0.1', resolve) })
  const bound = server.address()
  const at = typeof bound === 'object' && bound !== null ? bound.port : 0
  return Object.assign(pacs, {
    port: at, url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${at}/dicom-web`,
    close: () => new Promise<void>((resolve) => { server.close(() => resolve()); server.closeAllConnections() }),
  })
}

/** A CT of two series and a film of several frames, as an imaging department would send it for an order. */
export const makeStudy = (about: Pick<FakeStudy, 'accession' | 'patientId' | 'patientName' | 'birthDate'> & Partial<FakeStudy>, root = '1.2.826.0.1.900'): FakeStudy => ({
  uid: `${root}.1`, description: 'X-quang ngực, CT', ...about,
  series: about.series ?? [
    { uid: `${root}.1.2`, number: 2, modality: 'XA', description: 'Chụp động', instances: [{ uid: `${root}.1.2.1`, frames: 4 }] },
    { uid: `${root}.1.1`, number: 1, modality: 'CT', description: 'Axial 5 mm', instances: Array.from({ length: 12 }, (_, at) => ({ uid: `${root}.1.1.${at + 1}` })) },
    { uid: `${root}.1.9`, number: 9, modality: 'SR', description: 'Dose report', instances: [{ uid: `${root}.1.9.1` }] },
  ],
})
