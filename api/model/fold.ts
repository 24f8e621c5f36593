/** Folds Vietnamese text for accent-free search: lower case, no tone or vowel marks, đ as d, one space between words (Unicode NFKD, https://unicode.org/reports/tr15/). */

/** "  Nguyễn  Thị ĐỊNH " -> "nguyen thi dinh". The same on server, browser and in stored search rows: change it only with a re-index. */
export const fold = (text: string): string =>
  ASCII.test(text)
    ? tidy(text.toLowerCase())
    : tidy(text.normalize('NFKD').replace(/\p{M}+/gu, '').toLowerCase().replace(/[đð]/g, 'd'))

/** Keeps accents and case for exact comparison, but one composed form of each letter (NFC) and one space between words. */
export const compose = (text: string): string => tidy(text.normalize('NFC'))

const ASCII = /^[\x00-\x7f]*$/

/** PostgreSQL text cannot hold U+0000, so it goes as any other control character does. */
const tidy = (text: string): string => text.replace(/[\s\p{Cc}]+/gu, ' ').trim()
