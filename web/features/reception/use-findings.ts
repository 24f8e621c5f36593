/** The words of a field's finding: warnings wait until there is no error on the same field. */
import { useI18n } from 'vue-i18n'
import type { FormField, FormFindings } from './registration-form.ts'

export const useFindings = (findings: () => { readonly errors: FormFindings; readonly warnings?: FormFindings }) => {
  const { t } = useI18n()
  const words = (key: string | undefined): string | undefined => (key === undefined ? undefined : t(`reception.finding.${key}`))
  return {
    error: (field: FormField): string | undefined => words(findings().errors[field]),
    warning: (field: FormField): string | undefined => (findings().errors[field] === undefined ? words(findings().warnings?.[field]) : undefined),
  }
}
