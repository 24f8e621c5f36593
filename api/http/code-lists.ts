/** Import of an official code list by an administrator: first a report of what would change, then the new version with its days of validity. */
import { z } from 'zod'
import type { CodeListImporter } from '../model/ports.ts'
import { isDay } from '../model/day.ts'
import { outcome } from '../model/outcome.ts'
import { parseInput, queryValue } from './input.ts'
import { json, type GuardedRequest, type Route } from './route.ts'

export interface CodeListDeps { readonly importer: CodeListImporter }

const Text = z.string().trim().min(1).max(500)
const Day = z.string().refine(isDay, 'a day, YYYY-MM-DD')

const Body = z.object({
  name: Text,
  base64: z.string().min(1),
  mapping: z.object({
    list: Text, version: Text.max(40), title: Text.optional(), validFrom: Day, validTo: Day.optional(), legalBasis: Text.optional(), source: Text, licence: Text,
    starter: z.boolean(), complete: z.boolean(),
    columns: z.object({
      code: Text, display: Text, displayEn: Text.optional(), validFrom: Text.optional(), validTo: Text.optional(), reviewed: Text.optional(), properties: z.record(Text, Text).optional(),
    }),
  }),
})

const decode = (base64: string): Uint8Array => {
  // in two steps: one pattern with space in two places takes a time that grows with the square of the spaces
  const text = base64.replace(/\s+/g, '')
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text)) throw outcome('import-invalid', { expression: 'base64', diagnostics: 'not base64' })
  return Buffer.from(text, 'base64')
}

/** POST /api/admin/code-lists/import?apply=true|false {name, base64, mapping} -> ImportReport. Without apply=true nothing is stored. */
export const codeListRoutes = ({ importer }: CodeListDeps): Route[] => [
  {
    method: 'POST', url: '/api/admin/code-lists/import', site: 'both', access: { roles: ['administrator', 'center-operator'] },
    handler: async (request: GuardedRequest) => {
      const body = parseInput(Body, request.plain())
      const report = await importer.importFile(request.caller, { name: body.name, bytes: decode(body.base64) }, body.mapping, queryValue(request, 'apply') === 'true')
      return json(200, report)
    },
  },
]
