/** What is typed on the set-up page, what of it is not right yet, and the request that it becomes. Pure. */
import type { SetupRequest } from '#api/model/setup.ts'

export const emptySetup = () => ({
  code: '', governingBody: '', name: '', facilityCode: '', address: '', phone: '', place: '', person: '', rank: '', login: '', password: '', again: '',
})
export type SetupForm = ReturnType<typeof emptySetup>
export type SetupField = keyof SetupForm

const AT_HOSPITAL: readonly SetupField[] = ['governingBody', 'name', 'facilityCode', 'address', 'place']
const ALWAYS: readonly SetupField[] = ['code', 'person', 'login', 'password', 'again']
const SHORTEST_PASSWORD = 14

/** Names of messages under `setup.wrong`, by field; none: it may be sent. */
export const findWrong = (form: SetupForm, site: 'hospital' | 'center'): Partial<Record<SetupField, string>> => {
  const wrong: Partial<Record<SetupField, string>> = {}
  for (const field of site === 'hospital' ? [...AT_HOSPITAL, ...ALWAYS] : ALWAYS) if (form[field].trim() === '') wrong[field] = 'missing'
  if (site === 'hospital' && wrong.facilityCode === undefined && !/^[A-Za-z0-9]{5}$/.test(form.facilityCode.trim())) wrong.facilityCode = 'facilityCode'
  if (wrong.login === undefined && !/^[\p{L}\d][\p{L}\d._-]{1,49}$/u.test(form.login.trim())) wrong.login = 'login'
  if (wrong.password === undefined && [...form.password].length < SHORTEST_PASSWORD) wrong.password = 'password'
  if (wrong.again === undefined && form.again !== form.password) wrong.again = 'again'
  return wrong
}

export const toSetupRequest = (form: SetupForm, site: 'hospital' | 'center'): SetupRequest => {
  const { governingBody, name, facilityCode, address, phone, place } = form
  return {
    code: form.code,
    ...(site === 'hospital' && { hospital: { governingBody, name, facilityCode: facilityCode.trim().toUpperCase(), address, phone, place } }),
    administrator: { name: form.person, rank: form.rank, login: form.login.trim(), password: form.password },
  }
}
