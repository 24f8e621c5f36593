/** Scopes in the words of the language that is chosen. */
import { useI18n } from 'vue-i18n'
import { scopeText } from './scope-words.ts'

export const useScopeWords = (): ((scope: string) => string) => {
  const texts = useI18n()
  const typeName = (type: string): string => {
    const key = `admin.audit.types.${type === '*' ? 'any' : type}`
    return texts.te(key) ? texts.t(key) : type
  }
  return (scope) => scopeText(scope, { word: (key, names) => texts.t(`scopes.${key}`, names ?? {}), typeName })
}
