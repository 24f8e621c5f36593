/** What stands under a field whose text was taken over from an earlier visit and is not edited yet. */
import type { Ref } from 'vue'
import { useI18n } from 'vue-i18n'
import { stillTaken } from './taken-over.ts'
import type { Note, VisitForm } from './visit-form.ts'

export function useTaken(form: Readonly<Ref<VisitForm>>): (name: Note) => string | undefined {
  const { t } = useI18n()
  return (name) => {
    const taken = stillTaken(form.value, name)
    return taken && t('visit.taken.from', { date: taken.day.split('-').reverse().join('/') })
  }
}
