/** A bar code of ISO/IEC 15417 (Code 128, set B) as one vector path: what every scanner of a laboratory reads. */
import type { Content } from 'pdfmake'

/** Widths of bars and spaces by value; the last is the stop. */
const WIDTHS = ('212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 113222 123122 123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 '
  + '212123 212321 232121 111323 131123 131321 112313 132113 132311 211313 231113 231311 112133 112331 132131 113123 113321 133121 313121 211331 231131 213113 213311 213131 311123 311321 331121 312113 312311 332111 '
  + '314111 221411 431111 111224 111422 121124 121421 141122 141221 112214 112412 122114 122411 142112 142211 241211 221114 413111 241112 134111 111242 121142 121241 114212 124112 124211 411212 421112 421211 212141 '
  + '214121 412121 111143 111341 131141 114113 114311 411113 411311 113141 114131 311141 411131 211412 211214 211232 2331112').split(' ')
const START_B = 104
const STOP = 106

/** Values with start, check and stop; throws for what set B cannot say. */
export const code128Values = (text: string): number[] => {
  if (!/^[\u0020-\u007E]+$/.test(text)) throw new Error('Code 128 B holds printable ASCII only')
  const values = [...text].map((letter) => letter.charCodeAt(0) - 32)
  const check = values.reduce((sum, value, at) => sum + value * (at + 1), START_B) % 103
  return [START_B, ...values, check, STOP]
}

/** Widths in modules, bar first, then space, and so on. */
export const code128Widths = (text: string): number[] => code128Values(text).flatMap((value) => [...(WIDTHS[value] ?? '')].map(Number))

/** `module`: width of the narrowest bar in points; leave ten of them white on both sides. */
export const code128 = (text: string, module: number, height: number): Content => {
  const widths = code128Widths(text)
  let at = 0
  const bars = widths.map((width, index) => {
    const bar = index % 2 === 0 ? `M${at} 0h${width}v10h-${width}z` : ''
    at += width
    return bar
  }).join('')
  return { svg: `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${at} 10" preserveAspectRatio="none"><path fill="#000000" d="${bars}"/></svg>`, width: at * module, height }
}
