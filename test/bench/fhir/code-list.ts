/** A code system of 15,000 codes with Vietnamese names, and what is typed to find some of them: the same in each run. Invented; the words are those of any list of diagnoses. */
export type Plain = Readonly<Record<string, unknown>>

const CODES = 15_000
const CODE_SYSTEM = 'urn:bench:codes'
export const VALUE_SET = 'urn:bench:all-codes'
const WORDS = 'viêm phổi cấp mạn tính do vi khuẩn gan thận tim dạ dày ruột não gãy xương đùi bỏng mắt tai mũi họng da sốt rét lao ung thư phế quản đái tháo đường tăng huyết áp suy hô hấp'.split(' ')

/** Five words, spread over the list so that two of them meet in some hundred names. */
const nameOf = (at: number): string => [1, 7, 49, 343, 2401].map((step) => WORDS[Math.floor((at * 7919) / step) % WORDS.length]).join(' ')

export const codeSystem = (): Plain => ({
  resourceType: 'CodeSystem', id: 'bench-codes', url: CODE_SYSTEM, status: 'active', content: 'complete',
  concept: Array.from({ length: CODES }, (_, at) => ({ code: `K${String(at).padStart(5, '0')}`, display: `${nameOf(at)} ${at}` })),
})

export const valueSetOfAll = (): Plain => ({ resourceType: 'ValueSet', id: 'bench-all-codes', url: VALUE_SET, status: 'active', compose: { include: [{ system: CODE_SYSTEM }] } })

/** What is typed: one word or the begin of one, without accents. */
export const filterOf = (at: number): string => (WORDS[at % WORDS.length] ?? '').normalize('NFD').replace(/\p{M}/gu, '').replaceAll('đ', 'd').slice(0, 2 + (at % 3))
