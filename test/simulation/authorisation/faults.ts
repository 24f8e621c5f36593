/** Builds with one thing taken out of what keeps records apart: the rig must find each. */
import type { Fault } from '#test/support/broken-build.ts'

const one = (file: string, from: string, to: string): readonly Fault[] => [{ file, from, to }]

export const FAULTS: Readonly<Record<string, readonly Fault[]>> = {
  /** Forward includes are fetched whoever may see them. */
  'include': one('api/store/read/search.ts', "one.id = k.id and ${liveAndVisible('one', contextOf(compile, sql))} limit 1", 'one.id = k.id and not one.del limit 1'),
  'revinclude': one('api/store/read/search.ts', "where ${liveAndVisible('r', contextOf(compile, sql))} order by", 'where not r.del order by'),
  /** A chain is answered by what is hidden. */
  'chain': one('api/search/filters.ts', '${t}.id = ${l}.target and ${liveAndVisible(t, context)} ', '${t}.id = ${l}.target and not ${t}.del '),
  'has': one('api/search/filters.ts', '${s}.rid = ${l}.rid and ${liveAndVisible(s, context)} ', '${s}.rid = ${l}.rid and not ${s}.del '),
  /** _has along canonicals. */
  'canonical-has': one('api/search/filters.ts', 'type: source, condition: `${liveAndVisible(s, context)} and ', 'type: source, condition: `not ${s}.del and '),
  /** What is contained is shown whoever may see what contains it. Of chains into it, and forward along canonicals, the faults are planted against test/conformance: they are too rare here. */
  'contained': one('api/search/contained.ts', "inSight('r', sights, now.toISOString(), sql)]", "'true']"),
  /** An app reaches every record of its person by chains and includes; an app sees types that only its person does; an app about one patient reads any. */
  'app-sight': one('api/security/scopes.ts', '[{ type, limit: limitIn(all, letter, type) }]', '[{ type, limit: undefined }]'),
  'app-types': one('api/security/scopes.ts', 'return { types: seen.map(({ type }) => type), ', 'return { types, '),
  'app-patient': one('api/fhir/load.ts', "? undefined : limitFor(actor, interaction, type))", "|| actor.kind === 'person' ? undefined : limitFor(actor, interaction, type))"),
  /** Care relations that are over still open the record. */
  'until': one('api/search/visibility.ts', 'care.patient = ${alias}.pat and care.until > ${sql.add(now)}::timestamptz and', "care.patient = ${alias}.pat and ${sql.add(now)}::timestamptz > '-infinity' and"),
  'until-of-reads': one('api/store/people/care-relations.ts', 'care.until > $3::timestamptz', "$3::timestamptz > '-infinity'"),
  /** A grant opens every department's patients. */
  'department': one('api/search/visibility.ts', "`(care.department <> '' and care.department = any(${sql.add([...visibility.departments])}::text[]))`", "`(care.department <> '' and ${sql.add([...visibility.departments])}::text[] is not null)`"),
  /** Break-glass of one person serves everybody. */
  'account': one('api/search/visibility.ts', "care.account = ${sql.add(visibility.account)})`", "${sql.add(visibility.account)} is not null)`"),
  /** Types that only one of the roles reads are seen by the grants of all. */
  'types': one('api/security/policy.ts', 'roles.length > 0 && roles.every(', 'roles.length > 0 && roles.some('),
  'narrow': one('api/security/policy.ts', 'const visibility = visibilityFor(actor, roles)', 'const visibility = visibilityFor(actor, actor.grants.map((grant) => grant.role))'),
  'scopes': one('api/security/scopes.ts', '...(types !== undefined && { types }), ', ''),
  /** Scopes with search parameters open the whole type. */
  'limits': one('api/search/visibility.ts', '(limits.length === 0 ? sees', '(limits.length >= 0 ? sees'),
  /** Counting counts what is hidden. */
  'total': one('api/search/compile.ts', "const led = compileLed(query, context)\n  const { from, where } = led ?? compileRows(query, context)\n  const rows", "const led = compileLed(query, { ...context, visibility: { kind: 'all' } })\n  const { from, where } = led ?? compileRows(query, { ...context, visibility: { kind: 'all' } })\n  const rows"),
  /** What comes first is not what was asked for. */
  'sort': one('api/search/compile.ts', '`${key.value} ${direction(key.descending)}${key.nulls', '`${key.value} ${direction(false)}${key.nulls'),
  /** An old version is read by whoever may read today's. */
  'history': one('api/fhir/interactions/history.ts', 'await deps.gate.require(request.caller, questions)', 'await deps.gate.require(request.caller, questions.slice(0, 1))'),
  'everything': one('api/search/everything.ts', "const record = whose === 'anybody' ? 'true' : whose === 'nobody' ? 'r.pat is null'", "const record = whose === 'anybody' ? 'true' : whose === 'nobody' ? 'true'"),
  'stats': one('api/fhir/operations/stats.ts', "narrow(caller, 'search-type', 'Observation')", "{ ...caller, visibility: { kind: 'all' } as const }"),
  /** What is compared is read by nobody's rules. */
  'diff': one('api/fhir/operations/diff.ts', "requireLoaded(gate, caller, { interaction: 'read', ...key }, (seeing) => store.read(seeing, key), '$diff')", "store.read({ ...caller, visibility: { kind: 'all' } }, key).then((one) => one ?? Promise.reject(outcome('not-found')))"),
  'lastn': one('api/fhir/operations/lastn.ts', "narrow(caller, 'search-type', 'Observation')", "{ ...caller, visibility: { kind: 'all' } }"),
  /** What is moved into another record is judged there alone. */
  'move': one('api/fhir/commit.ts', 'current === undefined || current.patient === patient ? [asked]', 'current === undefined || current.patient !== undefined ? [asked]'),
  /** What references of a GraphQL query lead to is fetched whoever may see it, and so is what it searches for. */
  'graphql-reference': [...one('api/fhir/graphql/sight.ts', 'return whole ? ', 'return asked.length > 0 ? '), ...one('api/fhir/graphql/load.ts', "verdicts[at] === 'allow'", 'verdicts[at] !== undefined')],
  'graphql-search': one('api/fhir/graphql/load.ts', "deps.store.search(narrow(caller, 'search-type', type), {", "deps.store.search({ ...caller, visibility: { kind: 'all' } }, {"),
  'filter': one('api/search/filter-expression.ts', "return { kind: 'not', filter: toFilter(type, expression.of, context, depth) }", 'return toFilter(type, expression.of, context, depth)'),
  /** Labels and version of what is hidden. */
  'meta': one('api/fhir/operations/meta.ts', "requireLoaded(gate, caller, { interaction: 'read', ...key }, (seeing) => store.read(seeing, key), '$meta')", "store.read({ ...caller, visibility: { kind: 'all' } }, key).then((found) => { if (found === undefined || found.deleted) throw outcome(found === undefined ? 'not-found' : 'deleted', { expression: key.type }); return found })"),
  'meta-version': one('api/fhir/operations/meta.ts', "requireLoaded(gate, caller, { interaction: 'vread', ...key }, (seeing) => store.vread(seeing, key, number), '$meta')", "requireLoaded(gate, caller, { interaction: 'vread', ...key }, () => store.vread({ ...caller, visibility: { kind: 'all' } }, key, number), '$meta')"),
  'composite': one('api/search/parse-value.ts', 'parseQuantity(two, context.name, true), ...grouped', "parseQuantity(two.replace(/^g[te]/, 'lt'), context.name, true), ...grouped"),
  /** A patch is applied to what its sender may not read. */
  'patch': one('api/fhir/patch/patches.ts', "await requireLoaded(deps.gate, caller, { interaction: 'read', ...key }, (seeing) => deps.store.read(seeing, key))", "await deps.store.read({ ...caller, visibility: { kind: 'all' } }, key)"),
  /** Scopes with search parameters bound no write. */
  'bounds': one('api/fhir/bounds.ts', "return current !== undefined && await tx.isWithin(key, bound) && (kind === 'delete' || comes(bound))", 'return true'),
  'bounds-of-creates': one('api/fhir/bounds.ts', "if (kind === 'create') return bound === undefined || comes(bound)", "if (kind === 'create') return true"),
  'history-system': one('api/fhir/interactions/history.ts', "if (RESOURCE_TYPES.some((type) => reachOf(caller.actor, 'history-system', type) !== 'site')) {", "if (RESOURCE_TYPES.every((type) => reachOf(caller.actor, 'history-system', type) === 'none')) {"),
  /** An export holds what its client does not see, follows links through what it does not see, tells of what is gone, and is handed to anybody who knows its address. */
  'export': one('api/store/bulk/scope.ts', "const conditions = [liveAndVisible('r', compile)]", "const conditions = ['not r.del']"),
  'export-filter': one('api/store/bulk/scope.ts', "compileFilter(filter, 'r', compile)", "compileFilter(filter, 'r', { ...compile, visibility: { kind: 'all' } })"),
  'export-deletions': one('api/store/bulk/export.ts', "const gone = wish.since === undefined || limited ? 'false'", "const gone = wish.since === undefined ? 'false'"),
  'export-patients': one('api/store/bulk/scope.ts', "if (scope.kind !== 'system') conditions.push(", "if (scope.kind === 'patients') conditions.push("),
  'export-job': one('api/store/bulk/jobs.ts', "and j.kind = $3 and j.client = $4 and", "and j.kind = $3 and j.client <> $4 || '?' and"),
  'export-types': one('api/fhir/operations/export.ts', "reachOf(actor, 'read', type) === 'site' && reachOf(actor, 'search-type', type) === 'site'", "reachOf(actor, 'read', type) === 'site' || reachOf(actor, 'search-type', type) === 'site'"),
  /** A document is made of what its reader may not read, of parts of types, of what a search would not show, and of other records. */
  'document': one('api/fhir/operations/document.ts', 'await gate.require(caller, questions)', 'await gate.require(caller, questions.slice(0, 1))'),
  'document-limits': one('api/fhir/operations/document.ts', "limitFor(caller.actor, 'read', type) !== undefined", "limitFor(caller.actor, 'read', type)?.any.length === 0"),
  'document-sight': one('api/fhir/operations/document.ts', 'const sights = sightsOf(caller)', "const sights = sightsOf(caller).map((): { readonly visibility: { readonly kind: 'all' } } => ({ visibility: { kind: 'all' } }))"),
  'document-record': one('api/store/records.ts', "patient === undefined ? 'nobody' : { patient })", "patient === undefined ? 'nobody' : 'anybody')"),
  /** The last of what a document holds is missing: less than was asked for is a difference too. */
  'document-depth': one('api/fhir/operations/document.ts', 'const DEEPEST = 5', 'const DEEPEST = 2'),
  /** A search inside of a person's transaction, what $match finds, and what a summary holds, whoever may see it. */
  'transaction-search': one('api/fhir/transaction-reads.ts', "if (caller.actor.kind === 'person' || reachOf(caller.actor, 'search-type', type) !== 'site') throw", "if (reachOf(caller.actor, 'search-type', type) === 'none') throw"),
  'match': one('api/fhir/operations/match.ts', '  await deps.gate.require(caller, [question])\n  const patient', "  await deps.gate.require(caller, question.type === 'Patient' ? [] : [question])\n  const patient"),
  'summary': one('api/fhir/operations/summary.ts', "  const seeing = narrow(caller, 'search-type', type)\n  const wanted", "  const seeing: Caller = { ...caller, visibility: { kind: 'all' } }\n  const wanted"),
  /** A refusal says what it is about. */
  'words': one('api/fhir/gate.ts', 'throw outcome(code, { expression: question.type })', "throw outcome(code, { expression: question.type, diagnostics: question.patient ?? '' })"),
}
