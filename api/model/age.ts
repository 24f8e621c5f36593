/** Ages that forms ask about, in whole months on a day. Birth dates may lack day or month. Pure. */

/** Under so many months a prescription names the weight and who brought the child (TT 26/2025/TT-BYT). */
export const CHILD_MONTHS = 72
/** Under 16 a record names father, mother or guardian (TT 25/2025/TT-BYT). */
export const MINOR_MONTHS = 16 * 12

const PARTIAL = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?$/

/** Completed months on `day` (YYYY-MM-DD); undefined when the day or month of birth is unknown. */
export const monthsOn = (birthDate: string, day: string): number | undefined => {
  const [, year, month, date] = PARTIAL.exec(birthDate) ?? []
  const [, yearNow, monthNow, dateNow] = PARTIAL.exec(day) ?? []
  if (!year || !month || !date || !yearNow || !monthNow || !dateNow) return undefined
  return (Number(yearNow) - Number(year)) * 12 + Number(monthNow) - Number(month) - (dateNow < date ? 1 : 0)
}

/** Whether the person is certainly younger: of a birth date without day or month the earliest that it can be counts. */
export const isUnder = (months: number, birthDate: string, day: string): boolean => {
  const [, year, month = '01', date = '01'] = PARTIAL.exec(birthDate) ?? []
  const age = year === undefined ? undefined : monthsOn(`${year}-${month}-${date}`, day)
  return age !== undefined && age >= 0 && age < months
}
