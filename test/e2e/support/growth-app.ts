/** An app of another origin, as its makers would write it: a page that is launched, and one that is come back to, with the client library that most such apps use. */
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'

const LIBRARY = readFileSync(new URL('fhirclient/fhir-client.pure.min.js', import.meta.url))

export interface GrowthApp {
  readonly origin: string
  readonly launchUrl: string
  readonly redirectUri: string
  /** Starts by itself, without a chart. */
  readonly standaloneUrl: string
  close(): void
}

const page = (script: string): string => `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Growth</title><script src="/fhir-client.js"></script></head><body><main id="said">…</main><script>${script}</script></body></html>`
const SAY = 'const say = (text) => { document.getElementById("said").textContent = text; };'

/** `fhirBase`: of the hospital, for the start without a chart. */
export const openGrowthApp = async (client: string, scope: { readonly ehr: string; readonly standalone: string }, fhirBase: string): Promise<GrowthApp> => {
  const start = (more: Record<string, string>): string => page(`${SAY} FHIR.oauth2.authorize(${JSON.stringify({ clientId: client, redirectUri: '/back', pkceMode: 'required', ...more })}).catch((error) => say('error: ' + error.message));`)
  const back = page(`${SAY} FHIR.oauth2.ready().then(async (client) => {
    const patient = await client.patient.read();
    const found = await client.request('Observation?patient=' + client.patient.id);
    const refused = await client.request('Condition').then(() => 'seen', (error) => 'refused ' + error.status);
    say([patient.name[0].text, client.encounter.id || 'no visit', client.getFhirUser(), found.resourceType, refused].join(' | '));
  }).catch((error) => say('error: ' + error.message));`)
  const pages: Readonly<Record<string, string>> = { '/launch': start({ scope: scope.ehr }), '/start': start({ scope: scope.standalone, iss: fhirBase }), '/back': back }
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://app').pathname
    if (path === '/fhir-client.js') response.writeHead(200, { 'content-type': 'text/javascript' }).end(LIBRARY)
    else if (pages[path] === undefined) response.writeHead(204).end()
    else response.writeHead(200, { 'content-type': 'text/html' }).end(pages[path])
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  const origin = `http://127.0.0.1:${address.port}`
  return { origin, launchUrl: `${origin}/launch`, redirectUri: `${origin}/back`, standaloneUrl: `${origin}/start`, close: () => { server.close() } }
}
