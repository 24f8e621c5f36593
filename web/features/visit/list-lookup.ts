/** Look-up of the visit sheet in the code lists, in the version of the visit's day; turns a found concept into a row of the form. */
import { categoryOfRow, type OrderCategory } from '#api/model/order-category.ts'
import type { Concept } from '#api/model/ports.ts'
import type { Favourite, OrderSet } from '#api/model/visit-aids.ts'
import { findTerms } from '#web/fhir/queries.ts'
import { favouriteOptions, ownFirst } from './favourite-options.ts'
import type { FindCode } from './find-code.ts'
import { parseOrderLine, totalQuantity, type OrderLine } from './order-line.ts'
import { findSets } from './order-sets.ts'
import type { CodeOption, OrderOption } from './order-option.ts'
import type { DrugRow, ListCode, OrderRow } from './visit-form.ts'

export const toListCode = (concept: Concept): ListCode => ({ system: concept.system, version: concept.version, code: concept.code, display: concept.display })

const categoryOf = (concept: Concept): OrderCategory => categoryOfRow(concept.properties.category)

/** What the doctor has beside the lists. */
export interface OrderHelp { readonly favourites: readonly Favourite[]; readonly sets: () => Promise<readonly OrderSet[]> }

/** What the typed line may mean, best first; for an empty line what the doctor usually orders. */
export async function findOrders(typed: string, on: string, signal: AbortSignal, { favourites, sets }: OrderHelp): Promise<OrderOption[]> {
  const usual = favouriteOptions(typed, favourites)
  if (usual) return usual
  const line = parseOrderLine(typed)
  if (line?.kind === 'set') return findSets(line.words, await sets()).map((set) => ({ kind: 'set', set }))
  if (!line || line.words === '') return []
  const drugs = line.kind === 'drug' || line.kind === 'any' ? await findTerms('medicines', line.words, { on, signal, count: 8 }) : []
  const tests = line.kind === 'drug' ? [] : await findTerms('orders', line.words, { on, signal, count: 12 })
  return ownFirst([
    ...tests.filter((c) => line.kind === 'any' || categoryOf(c) === line.kind).map((concept) => ({ kind: categoryOf(concept), concept, line })),
    ...drugs.map((concept) => ({ kind: 'drug' as const, concept, line })),
  ].slice(0, 12), favourites)
}

const number = (text: string | undefined, otherwise: number): number => (Number(text) > 0 ? Number(text) : otherwise)

/** Days when none were typed. */
const USUAL_DAYS = 5

const findRoute = async (code: string | undefined, on: string): Promise<Concept | undefined> =>
  code ? (await findTerms('routes', code, { on, count: 1 })).find((found) => found.code === code) : undefined

/** A drug line with what was typed, else as it is usually taken, and the list's dose for the rest. */
export async function toDrugRow(option: Pick<CodeOption, 'concept' | 'line' | 'usual'>, id: string, on: string): Promise<DrugRow> {
  const { concept, line, usual } = option
  const own = concept.properties
  const typed = line.kind === 'drug' ? line : undefined
  const dose = typed?.dose ?? usual?.dose ?? own.dose ?? '1'
  const frequency = typed?.frequency ?? usual?.frequency ?? number(own.frequency, 1)
  const days = typed?.days ?? usual?.days ?? USUAL_DAYS
  const route = await findRoute(usual?.route, on) ?? await findRoute(own.route, on)
  const unit = own.unit ?? 'viên'
  const doseUnit = doseUnitOf(own)
  return {
    id, code: toListCode(concept), unit, doseUnit, dose, frequency, days, quantity: quantityOf({ unit, doseUnit, dose, frequency, days }) ?? 1,
    note: typed?.note ?? usual?.note ?? '', ...(route ? { route: toListCode(route) } : {}),
  }
}

/** What one dose of a pack with many doses is counted in, by route; nobody takes a whole bottle into the eye. */
const DOSE_UNITS: Readonly<Record<string, string>> = { OPH: 'giọt', OTIC: 'giọt', INH: 'nhát hít' }

/** What one dose of the drug is counted in. */
export const doseUnitOf = (own: Concept['properties']): string => {
  const form = own.form ?? ''
  if (own.route === 'NASAL') return form.includes('xịt') ? 'nhát xịt' : 'giọt'
  if (own.route === 'TOP') return /kem|gel|mỡ/.test(form) ? 'lớp mỏng' : 'lượng vừa đủ'
  return DOSE_UNITS[own.route ?? ''] ?? own.unit ?? 'viên'
}

/** Units to hand out: counted where the dose is in them; of a pack with many doses, one whatever the days. */
export const quantityOf = (d: Pick<DrugRow, 'unit' | 'doseUnit' | 'dose' | 'frequency' | 'days'>): number | undefined =>
  d.doseUnit !== d.unit ? 1 : totalQuantity(d.dose, d.frequency, d.days)

export const toOrderRow = (concept: Concept, id: string, line?: OrderLine): OrderRow =>
  ({ id, code: toListCode(concept), category: categoryOf(concept), ...(line !== undefined && 'urgent' in line ? { priority: 'urgent' } : {}) })

/** The concept of exactly a code in the list of a day. */
export const findCodeOn = (on: string): FindCode => async (list, code) => (await findTerms(list, code, { on, count: 1 })).find((concept) => concept.code === code)
