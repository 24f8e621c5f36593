/** Scopes in plain words, for the administrator who registers software and for the person who lets an app in. Pure. */
import { APP_LEVELS, isLaunchScope, parseScope, type LaunchScope } from '#api/model/scope.ts'

export interface ScopeWords {
  /** A text under `scopes`. */
  readonly word: (key: string, names?: Readonly<Record<string, string>>) => string
  readonly typeName: (type: string) => string
}

const LAUNCH: Readonly<Record<LaunchScope, string>> = {
  launch: 'launch', 'launch/patient': 'launchPatient', openid: 'openid', fhirUser: 'fhirUser', online_access: 'online', offline_access: 'offline',
}

/** "system/Observation.rs?category=laboratory" -> "Kết quả: xem, tìm, chỉ khi category=laboratory"; of an app also about whom. */
export const scopeText = (text: string, { word, typeName }: ScopeWords): string => {
  if (isLaunchScope(text)) return word(`launch.${LAUNCH[text]}`)
  const scope = parseScope(text, ['system', ...APP_LEVELS])
  if (scope === undefined) return `${text}: ${word('notScope')}`
  const rights = scope.rights === 'cruds' ? word('rights.all') : [...'rscud'].filter((letter) => scope.rights.includes(letter)).map((letter) => word(`rights.${letter}`)).join(', ')
  const plain = word('scope', { type: typeName(scope.type), rights })
  const said = scope.parameters.length === 0 ? plain : word('only', { scope: plain, only: scope.parameters.map(([name, value]) => `${name}=${value}`).join(', ') })
  return scope.level === 'system' ? said : word(scope.level, { scope: said })
}

/** Whether it lets software change something. */
export const isChanging = (text: string): boolean => /[cud]/.test(parseScope(text, ['system', ...APP_LEVELS])?.rights ?? '')
