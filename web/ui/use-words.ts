/** Small words that many pages need: ages, sexes, waiting times, in the language of the screen. */
import { useI18n } from 'vue-i18n'
import { ageOn, today } from './format.ts'

export interface Words {
  /** "45 tuổi", "8 tháng"; empty when the birth date is unknown. */
  age(birthDate: string | undefined, day?: string): string
  gender(code: string | undefined): string
  /** "45 tuổi, nam" */
  ageAndGender(birthDate: string | undefined, gender: string | undefined): string
  /** "35 phút", "2 giờ 05" */
  minutes(count: number): string
}

export const useWords = (): Words => {
  const { t } = useI18n()
  const age: Words['age'] = (birthDate, day = today()) => {
    const found = ageOn(birthDate, day)
    return found ? t(`ui.age.${found.unit}`, { n: found.value }) : ''
  }
  const gender: Words['gender'] = (code) => (code === 'male' || code === 'female' || code === 'other' ? t(`ui.gender.${code}`) : code === 'unknown' ? t('ui.gender.other') : '')
  return {
    age,
    gender,
    ageAndGender: (birthDate, code) => [age(birthDate), gender(code).toLowerCase()].filter((part) => part !== '').join(', '),
    minutes: (count) => (count < 60 ? t('ui.minutes', { n: count }) : t('ui.hours', { h: Math.floor(count / 60), m: String(count % 60).padStart(2, '0') })),
  }
}
