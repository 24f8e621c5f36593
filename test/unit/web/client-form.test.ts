/** The form of a system client: what is wrong at which field, what is sent, and what scopes say in words. */
import { describe, expect, test } from 'vitest'
import type { ClientRow } from '#api/model/site.ts'
import { fieldsOf, findWrong, toForm, toRequest, type ClientForm } from '#web/features/admin/client-form.ts'
import { scopeText } from '#web/shell/scope-words.ts'
import { i18n, withTexts } from '#web/i18n/index.ts'

await withTexts('admin scopes', () => Promise.resolve())()
const texts = i18n.global
const form = (more: Partial<ClientForm> = {}): ClientForm => ({ kind: 'system', redirects: '', launchUrl: '', client: 'lab', name: 'Máy', scopes: 'system/Patient.rs\n\nsystem/Observation.cruds', proof: 'secret', jwks: '', ...more })
const row: ClientRow = { client: 'lab', name: 'Máy', scopes: ['system/Patient.rs'], active: true, version: 3, demo: false, secret: true, keys: [], approval: 'done' }

describe('what is typed', () => {
  test('is right as it is, or wrong at its field', () => {
    expect(findWrong(form(), true)).toEqual({})
    expect(findWrong(form({ client: 'Lab 1', name: ' ', scopes: 'system/Patient.rs\n\nsystem/Patient.x', proof: 'keys' }), true)).toEqual({
      client: { key: 'client' }, name: { key: 'missing' }, scopes: { key: 'scope', names: { n: 3, scope: 'system/Patient.x' } }, jwks: { key: 'missing' },
    })
    expect(findWrong(form({ client: '', scopes: ' \n' }), false)).toEqual({ scopes: { key: 'missing' } })
  })
  test('becomes a request: keys only where they are wanted, the version only of what is there', () => {
    expect(toRequest(form({ jwks: '{}' }))).toEqual({ client: 'lab', name: 'Máy', scopes: ['system/Patient.rs', 'system/Observation.cruds'] })
    expect(toRequest(form({ proof: 'keys', jwks: '{}' }))).toMatchObject({ client: 'lab', jwks: '{}' })
    expect(toRequest(toForm(row), row)).toEqual({ name: 'Máy', scopes: ['system/Patient.rs'], version: 3 })
  })
  test('of an app has its own scopes and addresses', () => {
    const app = form({ kind: 'app', scopes: 'launch\nuser/*.rs', proof: 'none', redirects: 'https://a.example/back\nhttp://127.0.0.1:9000/back', launchUrl: 'https://a.example/launch' })
    expect(findWrong(app, true)).toEqual({})
    expect(toRequest(app)).toEqual({ client: 'lab', name: 'Máy', scopes: ['launch', 'user/*.rs'], app: { public: true, redirectUris: ['https://a.example/back', 'http://127.0.0.1:9000/back'], launchUrl: 'https://a.example/launch' } })
    for (const bad of ['http://a.example/back', 'https://a.example/back#x', 'https://u:p@a.example/', 'javascript:alert(1)', 'https://A.example/back', 'app:/back', '/back']) expect([bad, findWrong({ ...app, redirects: bad, launchUrl: bad }, true)]).toEqual([bad, { redirects: { key: 'address', names: { n: 1, scope: bad } }, launchUrl: { key: 'launchUrl' } }])
    expect(findWrong({ ...app, scopes: 'system/*.rs', redirects: ' ' }, true)).toEqual({ scopes: { key: 'scope', names: { n: 1, scope: 'system/*.rs' } }, redirects: { key: 'missing' } })
  })
  test('is refused by the server at its field, by the line that was typed', () => {
    const at = (...places: string[]) => fieldsOf({ code: 'bad-request', issues: places.map((expression) => ({ message: 'x', expression })) }, form())
    expect(at('scopes[1]')).toEqual({ scopes: { key: 'scope', names: { n: 3, scope: 'system/Observation.cruds' } } })
    expect(at('jwks.keys[0].d', 'jwks.keys[1].n')).toEqual({ jwks: { key: 'key', names: { place: 'keys[0].d' } } })
    expect([at('jwks'), at('jwks.keys'), at('client'), at('name')]).toEqual([{ jwks: { key: 'json' } }, { jwks: { key: 'keys' } }, { client: { key: 'client' } }, { name: { key: 'missing' } }])
    expect(at('version')).toBeUndefined()
    expect(fieldsOf({ code: 'client-taken', issues: [] }, form())).toEqual({ client: { key: 'taken' } })
  })
})

test('scopes are said in words', () => {
  const said = (scope: string): string => scopeText(scope, { word: (key, names) => texts.t(`scopes.${key}`, names ?? {}), typeName: (type) => (texts.te(`admin.audit.types.${type}`) ? texts.t(`admin.audit.types.${type}`) : type) })
  expect(['system/Patient.rs', 'system/Observation.read', 'system/Basic.cruds', 'system/Observation.rs?category=laboratory', 'user/x', 'patient/Patient.r', 'user/Patient.read', 'offline_access'].map(said)).toEqual([
    'Người bệnh: xem, tìm', 'Kết quả, sinh hiệu: xem, tìm', 'Basic: xem, tìm, tạo, sửa, xóa', 'Kết quả, sinh hiệu: xem, tìm, chỉ khi category=laboratory', 'user/x: không phải quyền hợp lệ',
    'Người bệnh: xem (chỉ của một người bệnh)', 'Người bệnh: xem, tìm (của mọi người bệnh mà người dùng được xem)', 'Làm việc tiếp cả khi người dùng đã đăng xuất, lâu nhất 30 ngày',
  ])
})
