/** The queue's order, who may open which page, where a day starts, codes that people hand in, reasons that they read. */
import { describe, expect, test } from 'vitest'
import type { QueueRow, SessionInfo } from '#api/model/site.ts'
import { countByFilter, viewQueue } from '#web/features/queue/queue-view.ts'
import { parseVerifyCode } from '#web/features/verify/verify-code.ts'
import { isWorthSaying, kindOfReason } from '#web/features/verify/verdict-reason.ts'
import { nextWaiting, visitPath } from '#web/fhir/queue-order.ts'
import { workPlaces } from '#web/session/session.ts'
import { featureRoutes, homeOf, mayOpen, menuOf, type Visitor } from '#web/shell/routes.ts'

const row = (number: number, status: QueueRow['status'], name = `Người ${number}`): QueueRow =>
  ({ encounter: `e${number}`, patient: `p${number}`, number, name, status, arrived: '2026-11-22T01:00:00Z', hasVitals: false, hasAllergies: false, hasDraft: false })
const rows = [row(1, 'signed', 'Đặng Thị Ví Dụ'), row(2, 'waiting'), row(3, 'in-progress'), row(4, 'waiting')]

describe('the queue', () => {
  test('shows those under way, then those waiting, then the signed', () => { expect(viewQueue(rows, 'all', '').map((found) => found.number)).toEqual([3, 2, 4, 1]) })
  test('finds names without accents, and whole numbers', () => {
    expect(viewQueue(rows, 'all', 'dang thi').map((found) => found.number)).toEqual([1])
    expect(viewQueue(rows, 'all', '4').map((found) => found.number)).toEqual([4])
  })
  test('counts each state', () => { expect(countByFilter(rows)).toEqual({ open: 3, waiting: 2, 'in-progress': 1, signed: 1, all: 4 }) })
  test('calls the lowest number that waits and is not open already', () => {
    expect(nextWaiting(rows)?.number).toBe(2)
    expect(nextWaiting(rows, 'e2')?.number).toBe(4)
    expect(nextWaiting([])).toBeUndefined()
    expect(visitPath(row(2, 'waiting'))).toBe('/nguoi-benh/p2/lan-kham/e2')
  })
})

describe('a page', () => {
  const doctor: Visitor = { site: 'hospital', roles: ['doctor'] }
  test('opens to those whose role and site it names', () => {
    expect(mayOpen({ who: ['doctor'], site: 'hospital' }, doctor)).toBe(true)
    expect(mayOpen({ who: ['doctor'], site: 'center' }, doctor)).toBe(false)
    expect(mayOpen({ who: ['reception'], site: 'hospital' }, doctor)).toBe(false)
    expect(mayOpen({ who: 'session', site: 'both' }, undefined)).toBe(false)
    expect(mayOpen({ who: 'open', site: 'both' }, undefined)).toBe(true)
  })
  test('has an address, a name and a menu place of its own', () => {
    expect(new Set(featureRoutes.map((route) => route.path)).size).toBe(featureRoutes.length)
    expect(new Set(featureRoutes.map((route) => route.name)).size).toBe(featureRoutes.length)
    const orders = featureRoutes.flatMap((route) => (route.menu ? [route.menu.order] : []))
    expect(new Set(orders).size).toBe(orders.length)
  })
  test('is where the day of each role starts', () => {
    const home = (site: Visitor['site'], ...roles: Visitor['roles']): string => homeOf(featureRoutes, { site, roles })
    expect([home('hospital', 'reception'), home('hospital', 'doctor'), home('hospital', 'head'), home('hospital', 'nurse')]).toEqual(['/tiep-don', '/kham', '/kham', '/kham'])
    expect([home('hospital', 'laboratory'), home('hospital', 'imaging')]).toEqual(['/xet-nghiem', '/cdha'])
    expect(home('hospital', 'administrator')).toMatch(/^\/quan-tri\//)
    expect(home('center', 'center-operator')).toBe('/trung-tam/giam-sat')
    expect(home('center', 'doctor')).toBe('/khong-co-quyen')
  })
  test('of clinical work is not in the administrator\'s menu', () => {
    expect(menuOf(featureRoutes, { site: 'hospital', roles: ['administrator'] }).every((route) => route.path.startsWith('/quan-tri/'))).toBe(true)
  })
})

describe('a person\'s departments', () => {
  test('stand once each, with all roles held there', () => {
    const grants: SessionInfo['grants'] = [
      { role: 'doctor', department: 'd1', departmentName: 'Nội' }, { role: 'head', department: 'd1', departmentName: 'Nội' },
      { role: 'doctor', department: 'd2', departmentName: null }, { role: 'administrator', department: null, departmentName: null },
    ]
    expect(workPlaces(grants)).toEqual([{ id: 'd1', name: 'Nội', roles: ['doctor', 'head'] }, { id: 'd2', name: 'd2', roles: ['doctor'] }])
  })
})

describe('a verify code', () => {
  test.each([
    ['abcDEF123_-x', 'abcDEF123_-x'], [' abcd efgh 1234 ', 'abcdefgh1234'], ['http://127.0.0.1:8080/xac-minh?ma=abcdefgh1234', 'abcdefgh1234'], ['https://x.example/xac-minh?a=1&ma=abcd%2Defgh#p', 'abcd-efgh'],
  ])('%s is read', (typed, code) => { expect(parseVerifyCode(typed)).toBe(code) })
  test.each(['', 'ngắn', 'abc', '<script>alert(1)</script>', 'x?ma=%E0%A4%A'])('%s is refused', (typed) => { expect(parseVerifyCode(typed)).toBeUndefined() })
  test('that fails says why, and an unknown reason is never better than a wrong signature', () => {
    expect([isWorthSaying('unknown', 'cms'), isWorthSaying('unknown', 'not-in-register'), isWorthSaying('invalid', 'cms')]).toEqual([false, true, true])
    expect([kindOfReason('gap-not-zero'), kindOfReason('certificate-revoked'), kindOfReason('something-new')]).toEqual(['changed', 'revoked', 'signature'])
  })
})
