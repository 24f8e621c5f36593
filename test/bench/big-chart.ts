/** A patient with a long history, loaded through the FHIR API: 500 encounters and 20,000 observations by default. */
import { objectFromPlain, writeJson } from '#api/model/json.ts'
import { CODE_SYSTEM, LOINC } from '#api/model/systems.ts'

export interface FhirClient { post(path: string, body: object): Promise<unknown> }

/** A system client of the demo with a token of its own. */
export async function openFhir(base: string): Promise<FhirClient> {
  const answer = await fetch(`${base}/oauth2/token`, {
    method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ grant_type: 'client_credentials', client_id: 'demo-system', client_secret: 'demo-system-secret', scope: 'system/*.cruds' }),
  })
  if (!answer.ok) throw new Error(`token: ${answer.status} ${await answer.text()}`)
  const { access_token: token } = await answer.json() as { access_token: string }
  return {
    async post(path, body) {
      const response = await fetch(`${base}/fhir/R4${path}`, { method: 'POST', headers: { authorization: `Bearer ${token}`, 'content-type': 'application/fhir+json' }, body: writeJson(objectFromPlain(body)) })
      if (!response.ok) throw new Error(`${path}: ${response.status} ${(await response.text()).slice(0, 500)}`)
      return await response.json() as unknown
    },
  }
}

const SIGNS = [LOINC.pulse, LOINC.temperature, LOINC.respiration, LOINC.oxygen, LOINC.weight] as const

const encounterEntries = (patient: string, n: number, observations: number): object[] => {
  const day = new Date(Date.UTC(2015, 0, 1 + n * 7)).toISOString().slice(0, 10)
  const encounter = crypto.randomUUID()
  const subject = { reference: patient }, own = { reference: `urn:uuid:${encounter}` }
  const at = `${day}T08:00:00+07:00`
  return [
    { fullUrl: `urn:uuid:${encounter}`, request: { method: 'POST', url: 'Encounter' }, resource: { resourceType: 'Encounter', status: 'finished', class: { system: CODE_SYSTEM.encounterClass, code: 'AMB' }, subject, period: { start: at, end: at } } },
    ...Array.from({ length: observations }, (_, i) => {
      const kind = SIGNS[i % SIGNS.length] ?? LOINC.pulse
      return {
        request: { method: 'POST', url: 'Observation' },
        resource: {
          resourceType: 'Observation', status: 'final', subject, encounter: own, effectiveDateTime: at, category: [{ coding: [{ system: CODE_SYSTEM.observationCategory, code: 'vital-signs' }] }],
          code: { coding: [{ system: CODE_SYSTEM.loinc, code: kind.code }] }, valueQuantity: { value: 60 + (i % 40), unit: kind.shown, system: CODE_SYSTEM.ucum, code: kind.unit },
        },
      }
    }),
  ]
}

/** Adds `encounters` finished visits with `each` observations to a patient, ten visits to a transaction. */
export async function loadHistory(fhir: FhirClient, patientId: string, encounters = 500, each = 40): Promise<void> {
  for (let n = 0; n < encounters; n += 10) {
    const entry = Array.from({ length: Math.min(10, encounters - n) }, (_, i) => encounterEntries(`Patient/${patientId}`, n + i, each)).flat()
    await fhir.post('', { resourceType: 'Bundle', type: 'transaction', entry })
  }
}
