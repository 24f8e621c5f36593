/** Narcotics and psychotropics of the shipped list go on prescriptions of their own kind (mã đơn thuốc …-N, …-H; TT 26/2025/TT-BYT). */
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Concept } from '#api/model/ports.ts'
import { textOf } from '#test/integration/printing/pdf-tools.ts'
import { testClinic, type Clinic } from '#test/support/clinic.ts'
import { makeDrug, type SheetEntry } from '#test/support/visit.ts'

let clinic: Clinic
beforeAll(async () => { clinic = await testClinic() })
afterAll(() => clinic.close())

it('signs one prescription for each kind of the drugs of a visit, with the kind in its code', async () => {
  const encounter = await clinic.arrive()
  const found = async (text: string): Promise<Concept> => {
    const [drug] = (await clinic.doctor.get(`/api/terms?list=medicines&q=${encodeURIComponent(text)}&on=2026-11-22`)).json<Concept[]>()
    if (!drug) throw new Error(`no ${text}`)
    return drug
  }
  const bundle = await clinic.reference(encounter)
  const drugs: SheetEntry[] = await Promise.all(['morphin sulfat', 'diazepam', 'codein'].map(async (text) => {
    const { code, display, version } = await found(text)
    return { resource: makeDrug({ encounter }, code, display, version) }
  }))
  const entry = [...(bundle.entry as unknown[]), ...drugs.map(({ resource }) => ({ fullUrl: `urn:uuid:${resource?.id}`, resource, request: { method: 'PUT', url: `MedicationRequest/${resource?.id}` } }))]
  const documents = await clinic.sign(encounter, { ...bundle, entry }, { answer: true })
  const prescriptions = await Promise.all(documents.filter((d) => d.form === 'prescription').map(async (d) => textOf((await clinic.doctor.get(`/api/documents/${d.id}/pdf`)).bytes)))
  const drugsOf = Object.fromEntries(prescriptions.map((text) => [/99900[0-9a-z]{7}-([NHC])/.exec(text.replace(/\s/g, ''))?.[1], ['Morphin', 'Diazepam', 'codein'].filter((drug) => text.includes(drug))]))
  expect(drugsOf).toEqual({ N: ['Morphin'], H: ['Diazepam'], C: ['codein'] })
})
