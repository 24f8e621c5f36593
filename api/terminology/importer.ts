/** Takes a code list file as published, says what it would change, and stores it as a new version of the list with its days of validity. */
import type { Caller, CodeListImporter, CodeListInfo, Concept, ImportReport, ListMapping, ResourceStore, StoreTransaction } from '../model/ports.ts'
import type { CodeSystem } from '@medplum/fhirtypes'
import { isDay } from '../model/day.ts'
import { objectFromPlain } from '../model/json.ts'
import { outcome } from '../model/outcome.ts'
import { toTyped } from '../model/resource.ts'
import { LISTS, type ListName } from '../model/systems.ts'
import { codeSystemId, fromCodeSystem, toCodeSystem, type ListVersion } from './code-system.ts'
import { compareLists } from './compare.ts'
import { readListFile } from './list-file.ts'
import { isListName, mapRows, type MappedList } from './mapping.ts'
import { placeVersion } from './periods.ts'

export interface ImporterDeps { readonly store: ResourceStore; readonly refresh: () => void }

function requireMapping(mapping: ListMapping): asserts mapping is ListMapping & { list: ListName } {
  if (!isListName(mapping.list)) throw outcome('import-invalid', { expression: 'mapping.list', diagnostics: `unknown list ${mapping.list}` })
  if (!isDay(mapping.validFrom) || (mapping.validTo !== undefined && (!isDay(mapping.validTo) || mapping.validTo < mapping.validFrom)))
    throw outcome('import-invalid', { expression: 'mapping.validFrom', diagnostics: 'dates are YYYY-MM-DD, and the end is not before the start' })
  if (mapping.version.trim() === '') throw outcome('import-invalid', { expression: 'mapping.version', diagnostics: 'a version is needed' })
}

async function versionsOf(tx: StoreTransaction, system: string): Promise<ListVersion[]> {
  const page = await tx.search({ type: 'CodeSystem', parameters: [['url', system], ['_count', '1000']], strict: true })
  return page.matches.flatMap((stored) => fromCodeSystem(toTyped<CodeSystem>(stored)) ?? [])
}

/** A version is stored once: nothing that was ever in force under this name, or at this address, is written over. */
async function requireNew(tx: StoreTransaction, versions: readonly ListVersion[], { list, version }: ListMapping): Promise<void> {
  const id = codeSystemId(list, version)
  const taken = versions.find((v) => v.info.version === version || codeSystemId(v.info.list, v.info.version) === id)
  const [head] = taken ? [] : await tx.heads([{ type: 'CodeSystem', id }])
  if (taken ?? head) throw outcome('list-version-exists', { expression: 'mapping.version', diagnostics: `CodeSystem/${id} is there already${taken ? `, as version ${taken.info.version}` : ''}` })
}

const put = (info: CodeListInfo | Omit<CodeListInfo, 'concepts' | 'unreviewed'>, concepts: readonly Concept[], expected?: number) => ({
  op: 'update' as const, key: { type: 'CodeSystem', id: codeSystemId(info.list, info.version) }, resource: objectFromPlain(toCodeSystem(info, concepts)),
  ...(expected === undefined ? {} : { expected }),
})

const toInfo = (mapping: ListMapping & { list: ListName }, title: string, validTo: string | undefined) => ({
  list: mapping.list, system: LISTS[mapping.list], version: mapping.version, title, validFrom: mapping.validFrom, starter: mapping.starter, complete: mapping.complete,
  source: mapping.source, licence: mapping.licence, ...(validTo ? { validTo } : {}), ...(mapping.legalBasis ? { legalBasis: mapping.legalBasis } : {}),
})

/** Figures only: both versions are kept, so what changed can be told again from them. */
const auditDetail = (report: ImportReport): string =>
  `${report.list} ${report.version} from ${report.validFrom}${report.validTo ? ` to ${report.validTo}` : ''}: added ${report.added}, changed ${report.changed}, ended ${report.ended}, same ${report.unchanged}`
  + `${report.against ? `, against ${report.against}` : ''}${report.closes.map((c) => `; ${c.version} ends ${c.validTo}`).join('')}`

export function createImporter({ store, refresh }: ImporterDeps): CodeListImporter & { importRows: typeof importRows } {
  async function importRows(caller: Caller, { concepts, errors }: MappedList, mapping: ListMapping, apply: boolean): Promise<ImportReport> {
    requireMapping(mapping)
    const report = await store.transact(caller, async (tx): Promise<ImportReport> => {
      // Two imports into one list go one after the other: the second sees the versions that the first has left.
      if (apply) await tx.nextNumber(`code-list/${mapping.list}`)
      const versions = await versionsOf(tx, LISTS[mapping.list])
      await requireNew(tx, versions, mapping)
      const { closes, validTo, before } = placeVersion(versions.map((v) => v.info), mapping)
      const against = versions.find((v) => v.info.version === before)
      const applied = apply && errors.length === 0
      const made: ImportReport = {
        ...compareLists(against?.concepts ?? [], concepts), list: mapping.list, version: mapping.version, ...(before ? { against: before } : {}),
        validFrom: mapping.validFrom, ...(validTo ? { validTo } : {}), closes, errors, applied,
      }
      if (!applied) return made
      const title = mapping.title ?? (against ?? versions[0])?.info.title ?? mapping.list
      const ended = versions.flatMap((v) => closes.filter((c) => c.version === v.info.version).map((c) => put({ ...v.info, validTo: c.validTo }, v.concepts)))
      await tx.write([...ended, put(toInfo(mapping, title, validTo), concepts, 0)])
      await tx.audit({ action: 'C', interaction: 'code-list-import', type: 'CodeSystem', id: codeSystemId(mapping.list, mapping.version), outcome: 'success', detail: auditDetail(made) })
      return made
    })
    if (report.applied) refresh()
    return report
  }

  return {
    importRows,
    async importFile(caller, file, mapping, apply) {
      requireMapping(mapping)
      return importRows(caller, mapRows(await readListFile(file.bytes), mapping), mapping, apply)
    },
  }
}
