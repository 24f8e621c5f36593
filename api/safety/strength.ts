/** The strength of a formulary's row ("500 mg/125 mg", "100 mg/2 ml", "50 microgam") in mg of each substance in one unit that is handed out. Pure. */
const AMOUNT = /^(\d+(?:[.,]\d+)?)\s*(mg|g|microgam|mcg|µg)$/
/** "1.000" is a thousand to one reader and one to another. */
const THOUSANDS = /^[1-9]\d{0,2}[.,]\d{3}$/
const IN_MG: Readonly<Record<string, number>> = { mg: 1, g: 1000, microgam: 0.001, mcg: 0.001, µg: 0.001 }

const toMg = (text: string): number | undefined => {
  const [, number, unit] = AMOUNT.exec(text.trim()) ?? []
  return number === undefined || unit === undefined || THOUSANDS.test(number) ? undefined : Number(number.replace(',', '.')) * (IN_MG[unit] ?? Number.NaN)
}

/** One for each substance, undefined where the text does not say: percentages, international units, a puff, an ampoule of unknown size. */
export const milligrams = (strength: string, substances: number): readonly (number | undefined)[] => {
  const all = strength.split('/')
  if (substances === 1 && all.length === 2 && /^\s*\d+(?:[.,]\d+)?\s*ml\s*$/.test(all[1] ?? '')) return [toMg(all[0] ?? '')]
  return all.length === substances ? all.map(toMg) : Array.from({ length: substances }, () => undefined)
}
