/**
 * What `npm test` leaves to `npm run test:whole`, and nothing else: a file, or a test of a file, that no line here names is in both. One principle chooses: each rule stays in the
 * short form once, so what goes is the same rule over more kills, sizes, pages or inputs, or the same story on the slower stage, in a browser or on machines that are really started, where the
 * parts of it are tested on a real database. What guards patients' data never goes (test/unit/infra/test-long.test.ts names those folders).
 */

export interface Long {
  readonly file: string
  /** The one test of it that goes, by the title in the source, where it stands behind `if (isWhole)`. */
  readonly test?: string
  /** Or what of a table goes, where the file asks `isWhole ?`. Without one of the two the whole file goes. */
  readonly part?: string
  readonly why: string
  /** What shows the same in the short form: a file, and a title in it where the file has more than that. */
  readonly instead: string
  readonly title?: string
}

const LAUNCHER = 'test/e2e/machines/launcher.test.ts'
const ACCESSIBLE = 'test/e2e/specs/accessible.test.ts'
const EMBEDDED = 'test/integration/infra/embedded.test.ts'
const SUBSCRIPTIONS = 'test/integration/fhir/subscriptions-killed.test.ts'
const FORMS = 'test/integration/printing/forms.test.ts'
const CORPUS = 'test/conformance/corpus.test.ts'

export const LONG: readonly Long[] = [
  // machines that are started for it
  { file: 'test/e2e/machines/power-cut.test.ts', why: 'a disk of its own whose power goes; the rule is that of a killed PostgreSQL', instead: EMBEDDED, title: 'keeps every acknowledged row when the server is killed, and starts again on the same port' },
  { file: 'test/e2e/machines/crash.test.ts', why: 'three pairs of sites, killed while visits are signed; the rule is that of a killed PostgreSQL and of a delivery that comes twice', instead: EMBEDDED, title: 'keeps every acknowledged row when the server is killed, and starts again on the same port' },
  { file: LAUNCHER, test: 'a running demo is backed up, and what is restored elsewhere comes up with the same accounts', why: 'two more sites for the commands around it', instead: 'test/e2e/machines/backup.test.ts', title: 'every byte of every table and key comes back in an empty place' },
  { file: LAUNCHER, test: 'Ctrl-C leaves no process and no lock, and a second start takes seconds', why: 'a start more; the harder end stays', instead: LAUNCHER, title: 'kill -9 of the launcher leaves no process either, and the next start needs no help' },
  { file: 'test/e2e/machines/enrolment.test.ts', why: 'two sites from nothing, with three browsers', instead: 'test/integration/people/setup.test.ts' },
  { file: EMBEDDED, test: 'leaves no server behind when its owner is killed', why: 'a process and a PostgreSQL of its own', instead: LAUNCHER, title: 'kill -9 of the launcher leaves no process either, and the next start needs no help' },
  { file: EMBEDDED, test: 'stops an orphan whose guard was killed too, and starts its own server', why: 'a process and a PostgreSQL of its own', instead: LAUNCHER, title: 'kill -9 of the launcher leaves no process either, and the next start needs no help' },
  { file: EMBEDDED, test: 'is not misled by a lock file whose process number another program has today', why: 'a process and a PostgreSQL of its own', instead: LAUNCHER, title: 'kill -9 of the launcher leaves no process either, and the next start needs no help' },
  { file: 'test/integration/infra/own-postgres.test.ts', test: 'what a backup took comes back after the loss of both databases, on another machine', why: 'the same way over another server', instead: 'test/e2e/machines/backup.test.ts', title: 'every byte of every table and key comes back in an empty place' },
  // journeys whose parts are tested without a browser
  { file: 'test/e2e/specs/outage.test.ts', why: 'minutes of a center that is stopped and started', instead: 'test/integration/exchange/delivery.test.ts', title: 'loses and repeats nothing when the center is away and both sides start anew' },
  { file: 'test/e2e/specs/code-lists.test.ts', why: 'a workbook on its whole way', instead: 'test/integration/terminology/list-files.test.ts' },
  { file: 'test/e2e/specs/apps.test.ts', why: 'another program in the browser', instead: 'test/conformance/smart-launch.test.ts' },
  { file: 'test/e2e/specs/clients.test.ts', why: 'the screen over what two administrators may', instead: 'test/integration/people/clients.test.ts' },
  { file: 'test/e2e/specs/devices.test.ts', why: 'the screens over what an analyser sends', instead: 'test/integration/laboratory/devices.test.ts' },
  { file: 'test/e2e/specs/child.test.ts', why: 'a third reference visit', instead: 'test/unit/visit/prepare-signing.test.ts', title: 'is not signed without weight and the one who brought the child' },
  { file: 'test/e2e/specs/earlier-visit.test.ts', why: 'a fourth reference visit', instead: 'test/unit/visit-sheet/renew-rows.test.ts' },
  { file: 'test/e2e/specs/correction.test.ts', why: 'the screens over what replaces a signed visit', instead: 'test/integration/signing/visit.test.ts', title: 'replaces a signed visit by a new version with a reason; the old bytes stay' },
  { file: 'test/e2e/specs/quick-orders.test.ts', why: 'the screens over sets, favourites and phrases', instead: 'test/unit/visit-sheet/order-sets.test.ts' },
  { file: 'test/e2e/specs/palette.test.ts', why: 'the screen over what is found and done by words', instead: 'test/unit/web/palette-items.test.ts' },
  { file: 'test/e2e/specs/offline.test.ts', why: 'four times without the line; drafts.test.ts keeps what a lost session, tab or PC takes', instead: 'test/unit/web/outbox.test.ts', title: 'sends the oldest first, and by itself nothing that needs somebody' },
  { file: 'test/e2e/specs/break-glass.test.ts', why: 'the screen that asks why', instead: 'test/integration/store/visibility.test.ts' },
  { file: 'test/e2e/specs/administration.test.ts', why: 'the screens over letterhead, departments, staff and admission', instead: 'test/integration/people/administration.test.ts' },
  { file: 'test/e2e/specs/training.test.ts', why: 'a third site in the browser', instead: 'test/unit/http/lessons.test.ts' },
  { file: ACCESSIBLE, part: 'the states of a page after the first', why: 'a hundred states; npm run gates walks them all, too', instead: ACCESSIBLE, title: 'axe finds nothing on' },
  // the same over more kills, sizes and types
  { file: 'test/conformance/whole-resources.test.ts', why: 'every interaction and parameter over whole resources of every type', instead: 'test/conformance/capability.test.ts', title: 'answers each claimed interaction of each type' },
  { file: CORPUS, part: 'two of three resources of each type through the server', why: 'the largest bundles there are', instead: CORPUS, title: 'what is created in XML is read back unchanged but for id and meta, in XML and in JSON' },
  { file: 'test/integration/fhir/bundles.test.ts', why: 'forty generated bundles', instead: 'test/conformance/transactions.test.ts', title: 'rewrites urn:uuid references forwards and backwards' },
  { file: 'test/integration/fhir/bulk-killed.test.ts', why: 'a process that is killed six times', instead: 'test/conformance/import.test.ts', title: 'goes on behind its last slice after it was killed: each line is stored once' },
  { file: SUBSCRIPTIONS, test: 'tells of every change under one number of its own, without a gap, though it is killed again and again', why: 'a process that is killed four times', instead: SUBSCRIPTIONS, title: 'gives numbers and its place in the journal together or not at all' },
  { file: 'test/integration/exchange/worker.test.ts', why: 'a process that is started, and killed again and again', instead: 'test/integration/exchange/delivery.test.ts', title: 'loses and repeats nothing when the center is away and both sides start anew' },
  { file: 'test/integration/printing/signed-form.test.ts', why: 'each form signed, and copied for paper', instead: 'test/integration/printing/print-copy.test.ts' },
  { file: FORMS, test: 'place the signature of the %s right at every length of text', why: 'twelve lengths of each form', instead: FORMS, title: 'free of text, whatever the length' },
]

const VARIABLE = 'EMR_TEST_FORM'

/** For the processes of a run in the short form. */
export const SHORT: Readonly<Record<string, string>> = { [VARIABLE]: 'short' }

/** True unless `npm test` says otherwise: who runs one file runs all of it. */
export const isWhole = process.env[VARIABLE] !== SHORT[VARIABLE]

/** Files that a configuration of vitest leaves out. */
export const filesLeftOut = (): string[] => (isWhole ? [] : LONG.filter(({ test, part }) => test === undefined && part === undefined).map(({ file }) => file))
