/** Takes a code list file as published, says what it would change, and stores it as a new version of the list with its days of validity. */
import type { Caller, CodeListImporter, CodeListInfo, Concept, ImportReport, ListMapping, ResourceStore } from '../model/ports.ts'
import type { CodeSystem } from '@medplum/fhirtypes'
import { isDay } from '../model/day.ts'
import { objectFromPlain } from '../model/json.ts'
import { outcome } from '../model/outcome.ts'
import { toTyped } from '../model/resource.ts'
import { LISTS } from '../model/systems.ts'
import { codeSystemId, fromCodeSystem, toCodeSystem, type ListVersion } from './code-system.ts'
import { compareLists } from './compare.ts'
import { readListFile } from './list-file.ts'
import { isListName, mapRows } from './mapping.ts'

export interface ImporterDeps { readonly store: ResourceStore; readonly refresh: () => void }

const dayBefore = (day: string): string => new Date(Date.parse(`${day}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10)

const requireDates = (mapping: ListMapping): void => {
  if (!isDay(mapping.validFrom) || (mapping.validTo !== undefined && (!isDay(mapping.validTo) || mapping.validTo < mapping.validFrom)))
    throw outcome('import-invalid', { expression: 'mapping.validFrom', diagnostics: 'dates are YYYY-MM-DD, and the end is not before the start' })
  if (mapping.version.trim() === '') throw outcome('import-invalid', { expression: 'mapping.version', diagnostics: 'a version is needed' })
}

async function versionsOf(store: ResourceStore, caller: Caller, system: string): Promise<ListVersion[]> {
  const page = await store.search(caller, { type: 'CodeSystem', parameters: [['url', system], ['_count', '1000']], strict: true })
  return page.matches.flatMap((stored) => fromCodeSystem(toTyped<CodeSystem>(stored)) ?? [])
}

/** The open version that the new one ends, with its last day set. */
const closing = (versions: readonly ListVersion[], mapping: ListMapping): ListVersion[] =>
  versions.filter((v) => v.info.version !== mapping.version && v.info.validFrom < mapping.validFrom && (v.info.validTo ?? '9999-12-31') >= mapping.validFrom)
    .map((v) => ({ ...v, info: { ...v.info, validTo: dayBefore(mapping.validFrom) } }))

const put = (info: CodeListInfo | Omit<CodeListInfo, 'concepts' | 'unreviewed'>, concepts: readonly Concept[]) => ({
  op: 'update' as const, key: { type: 'CodeSystem', id: codeSystemId(info.list, info.version) }, resource: objectFromPlain(toCodeSystem(info, concepts)),
})

export function createImporter({ store, refresh }: ImporterDeps): CodeListImporter & { importRows: typeof importRows } {
  async function importRows(caller: Caller, concepts: readonly Concept[], mapping: ListMapping & { starter?: boolean; title?: string }, apply: boolean, errors: ImportReport['errors'] = []): Promise<ImportReport> {
    if (!isListName(mapping.list)) throw outcome('import-invalid', { diagnostics: `unknown list ${mapping.list}` })
    const versions = await versionsOf(store, caller, LISTS[mapping.list])
    const inForce = versions.filter((v) => v.info.validFrom <= mapping.validFrom).sort((a, b) => (a.info.validFrom < b.info.validFrom ? 1 : -1))[0]
    const change = compareLists(inForce?.concepts ?? [], concepts)
    if (!apply || errors.length > 0) return { ...change, errors, applied: false }
    const info = {
      list: mapping.list, system: LISTS[mapping.list], version: mapping.version, title: mapping.title ?? inForce?.info.title ?? mapping.list,
      validFrom: mapping.validFrom, starter: mapping.starter ?? false, source: mapping.source, licence: mapping.licence,
      ...(mapping.validTo ? { validTo: mapping.validTo } : {}), ...(mapping.legalBasis ? { legalBasis: mapping.legalBasis } : {}),
    }
    await store.transact(caller, (tx) => tx.write([...closing(versions, mapping).map((v) => put(v.info, v.concepts)), put(info, concepts)]))
    refresh()
    return { ...change, errors, applied: true }
  }

  return {
    importRows,
    async importFile(caller, file, mapping, apply) {
      requireDates(mapping)
      const { concepts, errors } = mapRows(await readListFile(file.bytes), mapping)
      return importRows(caller, concepts, mapping, apply, errors)
    },
  }
}
