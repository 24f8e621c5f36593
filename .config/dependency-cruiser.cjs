/**
 * Who may import whom, one rule per line of the house's architecture (README.md of api/ says why). "ours" is code of this repository, "npm" a package.
 * `only(from, ...to)`: of our own code the folder may import itself and the folders named.
 */
const only = (name, from, ...to) => ({
  name, severity: 'error', comment: `${from} may import: ${[from, ...to].join(', ')}`,
  from: { path: `^${from}` },
  to: { path: '^(api|web|infra|migrations|test|fhir-profiles)/', pathNot: [from, ...to].map((path) => `^${path}`) },
})
const never = (name, comment, from, to) => ({ name, severity: 'error', comment, from, to })

const ORM = 'node_modules/(@mikro-orm/|pg/|pg-|kysely/|graphile-worker|pg-boss)'
const ROOTS = '^api/(jobs/|app\\.ts|server\\.ts|compose[a-z-]*\\.ts)'
const HTTP = 'node_modules/(@fastify/|fastify/|fastify-)'

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    // 1. the language is pure, and runs in the browser too
    only('model-is-alone', 'api/model/'),
    never('model-without-node', 'api/model uses no node: module', { path: '^api/model/' }, { dependencyTypes: ['core'] }),
    never('model-npm', 'of npm, api/model uses zod, and the types of FHIR', { path: '^api/model/' }, { path: 'node_modules/', pathNot: 'node_modules/(zod|@medplum/fhirtypes|@types/fhir)/' }),
    // 2. search is a compiler without a database
    only('search-knows-model', 'api/search/', 'api/model/'),
    // 3. who knows SQL, who knows HTTP
    never('sql-in-store', 'only api/store and api/jobs/worker.ts know MikroORM and pg', { path: '^(api|web)/', pathNot: '^api/(store/|jobs/worker\\.ts)' }, { path: ORM }),
    never('http-at-the-edge', 'only fhir, http, security, app and server know Fastify', { path: '^(api|web)/', pathNot: '^api/(fhir/|http/|security/|app\\.ts|server\\.ts)' }, { path: HTTP }),
    // 4. the FHIR edge and the store meet only as ports
    only('fhir-knows-ports', 'api/fhir/', 'api/model/', 'api/search/', 'api/security/', 'api/http/route\\.ts'),
    only('store-knows-model-and-search', 'api/store/', 'api/model/', 'api/search/', 'migrations/'),
    // 5. the parts do not know each other
    ...['terminology', 'validation', 'signing', 'printing', 'exchange', 'center', 'visit', 'chart', 'safety', 'laboratory', 'hl7v2', 'dicomweb'].map((part) =>
      only(`${part}-knows-model`, `api/${part}/`, 'api/model/', ...(part === 'validation' ? ['fhir-profiles/package/'] : []))),
    // of the FHIR edge, http takes what routes of both kinds share: the gate, checks, addresses, bundles, views, and the two reads that the center offers
    only('http-knows-ports', 'api/http/', 'api/model/', 'api/security/', 'api/visit/', 'api/chart/', 'api/safety/', 'api/laboratory/', 'api/hl7v2/', 'api/fhir/(gate|checks|format|headers|bundle-text|page-links|parameters|resource-body|view|interactions/v?read)\\.ts'),
    only('security-knows-model', 'api/security/', 'api/model/'),
    // 6. composition roots are roots
    only('tasks-know-model', 'api/jobs/tasks/', 'api/model/'),
    never('roots-are-roots', 'nobody imports what puts things together but what puts things together', { path: '^(api|web|migrations|fhir-profiles)/', pathNot: ROOTS }, { path: ROOTS }),
    // 7. the browser
    only('web-knows-the-language', 'web/', 'api/model/', 'api/search/(ast|parse)\\.ts'),
    never('features-are-apart', 'one feature never imports another', { path: '^web/features/([^/]+)/' }, { path: '^web/features/([^/]+)/', pathNot: '^web/features/$1/' }),
    never('web-takes-the-small-zod', 'the browser takes zod/mini: the whole of zod would be most of a page', { path: '^web/' }, { path: 'node_modules/zod/', pathNot: 'node_modules/zod/(v4/)?mini/' }),
    never('web-without-node', 'the browser has no node: module', { path: '^web/' }, { dependencyTypes: ['core'] }),
    // 8. everywhere
    never('no-cycles', 'no cycles', {}, { circular: true }),
    never('servers-without-web-tools', 'a hospital server installs without devDependencies', { path: '^(api|migrations|infra/(setup|postgres|backup|seed))/', pathNot: '^infra/setup/test' }, { dependencyTypes: ['npm-dev'] }),
    never('nothing-imports-tests', 'nothing imports test', { pathNot: '^(test|\\.config)/' }, { path: '^test/' }),
    never('product-without-infra', 'what runs does not know how it is installed', { path: '^(api|web|migrations|fhir-profiles)/' }, { path: '^infra/' }),
    never('everything-resolves', 'an import that leads nowhere', {}, { couldNotResolve: true }),
    never('packages-are-declared', 'a package that package.json does not name', {}, { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] }),
  ],
  options: {
    doNotFollow: { path: ['node_modules', '^fhir-profiles/package/'] },
    exclude: { path: ['^web/dist/', '\\.json$'] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], mainFields: ['module', 'main', 'types'], conditionNames: ['import', 'require', 'node', 'default', 'types'], extensions: ['.ts', '.vue', '.js', '.mjs', '.cjs', '.json'] },
    skipAnalysisNotInRules: false,
  },
}
