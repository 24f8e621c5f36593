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
  /** Care relations that are over still open the record. */
  'until': one('api/search/visibility.ts', 'care.patient = ${alias}.pat and care.until > ${sql.add(now)}::timestamptz and', "care.patient = ${alias}.pat and ${sql.add(now)}::timestamptz > '-infinity' and"),
  'until-of-reads': one('api/store/people/care-relations.ts', 'care.until > $3::timestamptz', "$3::timestamptz > '-infinity'"),
  /** A grant opens every department's patients. */
  'department': one('api/search/visibility.ts', "`(care.department <> '' and care.department = any(${sql.add([...visibility.departments])}::text[]))`", "`(care.department <> '' and ${sql.add([...visibility.departments])}::text[] is not null)`"),
  /** Break-glass of one person serves everybody. */
  'account': one('api/search/visibility.ts', "care.account = ${sql.add(visibility.account)})`", "${sql.add(visibility.account)} is not null)`"),
  /** Types that only one of the roles reads are seen by the grants of all. */
  'types': one('api/security/policy.ts', 'roles.length > 0 && roles.every(', 'roles.length > 0 && roles.some('),
  'narrow': one('api/security/policy.ts', 'return { ...caller, visibility: visibilityFor(actor, roles) }', 'return { ...caller, visibility: visibilityFor(actor, actor.grants.map((grant) => grant.role)) }'),
  'scopes': one('api/security/scopes.ts', '...(types !== undefined && { types }), ', ''),
  /** Scopes with search parameters open the whole type. */
  'limits': one('api/search/visibility.ts', "const limits = visibility.kind === 'all' ? visibility.limits ?? [] : []", 'const limits: readonly Limit[] = []'),
  /** Counting counts what is hidden. */
  'total': one('api/search/compile.ts', "const led = compileLed(query, context)\n  const { from, where } = led ?? compileRows(query, context)\n  const rows", "const led = compileLed(query, { ...context, visibility: { kind: 'all' } })\n  const { from, where } = led ?? compileRows(query, { ...context, visibility: { kind: 'all' } })\n  const rows"),
  /** What comes first is not what was asked for. */
  'sort': one('api/search/compile.ts', "${value} ${order[at]?.descending ? 'desc' : 'asc'}${nulls", "${value} asc${nulls"),
  /** An old version is read by whoever may read today's. */
  'history': one('api/fhir/interactions/history.ts', 'await deps.gate.require(request.caller, questions)', 'await deps.gate.require(request.caller, questions.slice(0, 1))'),
  'everything': one('api/search/everything.ts', "const record = whose === 'anybody' ? 'true' : whose === 'nobody' ? 'r.pat is null'", "const record = whose === 'anybody' ? 'true' : whose === 'nobody' ? 'true'"),
  'lastn': one('api/fhir/operations/lastn.ts', "narrow(caller, 'search-type', 'Observation')", "{ ...caller, visibility: { kind: 'all' } }"),
  /** What is moved into another record is judged there alone. */
  'move': one('api/fhir/commit.ts', 'current === undefined || current.patient === patient ? [asked]', 'current === undefined || current.patient !== undefined ? [asked]'),
  /** What references of a GraphQL query lead to is fetched whoever may see it, and so is what it searches for. */
  'graphql-reference': [...one('api/fhir/graphql/sight.ts', 'return whole ? ', 'return asked.length > 0 ? '), ...one('api/fhir/graphql/load.ts', "verdicts[at] === 'allow'", 'verdicts[at] !== undefined')],
  'graphql-search': one('api/fhir/graphql/load.ts', "deps.store.search(narrow(caller, 'search-type', type), {", "deps.store.search({ ...caller, visibility: { kind: 'all' } }, {"),
  'filter': one('api/search/filter-expression.ts', "return { kind: 'not', filter: this.#closed(depth) }", 'return this.#closed(depth)'),
  'composite': one('api/search/parse-value.ts', 'parseQuantity(two, context.name, true), group', "parseQuantity(two.replace(/^g[te]/, 'lt'), context.name, true), group"),
  /** A patch is applied to what its sender may not read. */
  'patch': one('api/fhir/patch/patches.ts', "await requireLoaded(deps.gate, caller, { interaction: 'read', ...key }, (seeing) => deps.store.read(seeing, key))", "await deps.store.read({ ...caller, visibility: { kind: 'all' } }, key)"),
  /** Scopes with search parameters bound no write. */
  'bounds': one('api/fhir/bounds.ts', "return current !== undefined && await tx.isWithin(key, bound) && (kind === 'delete' || comes(bound))", 'return true'),
  'bounds-of-creates': one('api/fhir/bounds.ts', "if (kind === 'create') return bound === undefined || comes(bound)", "if (kind === 'create') return true"),
  'history-system': one('api/fhir/interactions/history.ts', "if (RESOURCE_TYPES.some((type) => reachOf(caller.actor, 'history-system', type) !== 'site')) {", "if (RESOURCE_TYPES.every((type) => reachOf(caller.actor, 'history-system', type) === 'none')) {"),
  /** A refusal says what it is about. */
  'words': one('api/fhir/gate.ts', 'throw outcome(code, { expression: question.type })', "throw outcome(code, { expression: question.type, diagnostics: question.patient ?? '' })"),
}
