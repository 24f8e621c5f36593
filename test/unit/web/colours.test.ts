/** The colours of both looks: every one is there twice, and what is read or has to be seen stands out from its ground (WCAG 2.2, 1.4.3 and 1.4.11). */
import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'

const web = fileURLToPath(new URL('../../../web', import.meta.url))
const read = (file: string): string => readFileSync(`${web}/${file}`, 'utf8')
const COLOUR = /#[0-9a-f]{3,8}\b|\b(?:rgba?|hsla?|oklch|oklab|lab|lch|color)\(/i

/** Name to value; of sizes and fonts only those whose value has a colour in it. */
const coloursOf = (css: string): ReadonlyMap<string, string> =>
  new Map([...css.matchAll(/--([a-z-]+):\s*([^;]+);/g)].flatMap(([, name = '', value = '']): [string, string][] => (COLOUR.test(value) || name === 'shadow-card' ? [[name, value]] : [])))
const SETS = { light: coloursOf(read('ui/tokens.css')), dark: coloursOf(read('ui/tokens-dark.css')) }
const LOOKS = ['light', 'dark'] as const

type Rgb = readonly [number, number, number]
/** Red, green, blue and opacity, each from 0 to 1. */
const parse = (hex: string): readonly [number, number, number, number] => {
  if (!/^#[0-9a-f]{6}([0-9a-f]{2})?$/.test(hex)) throw new Error(`not a colour: ${hex}`)
  const at = (n: number): number => parseInt(hex.slice(n, n + 2), 16) / 255
  return [at(1), at(3), at(5), hex.length === 9 ? at(7) : 1]
}
const over = (hex: string, [r, g, b]: Rgb): Rgb => {
  const [red, green, blue, opacity] = parse(hex)
  return [red * opacity + r * (1 - opacity), green * opacity + g * (1 - opacity), blue * opacity + b * (1 - opacity)]
}
/** https://www.w3.org/TR/WCAG22/#dfn-relative-luminance */
const luminance = (rgb: Rgb): number => {
  const [red = 0, green = 0, blue = 0] = rgb.map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
/** https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio; a ground is one colour, or several with what lies uppermost first. */
const contrast = (look: (typeof LOOKS)[number], front: string, ground: string): number => {
  const value = (name: string): string => {
    const found = SETS[look].get(name)
    if (found === undefined) throw new Error(`no --${name} in the ${look}`)
    return found
  }
  const below = ground.split(' over ').reduceRight<Rgb>((under, name) => over(value(name), under), [0, 0, 0])
  const [most = 0, least = 0] = [luminance(over(value(front), below)), luminance(below)].sort((a, b) => b - a)
  return (most + 0.05) / (least + 0.05)
}

const PLAIN = ['surface', 'ground', 'surface-sunken', 'surface-hover', 'surface-selected']
/** Each that is read, with all that it stands on. */
const TEXT: Readonly<Record<string, readonly string[]>> = {
  ink: [...PLAIN, 'danger-soft', 'warning-soft', 'info-soft', 'primary-soft'],
  'ink-muted': [...PLAIN, 'surface-off', 'danger-soft', 'primary-soft'],
  'ink-faint': ['surface', 'ground', 'surface-sunken'],
  primary: [...PLAIN, 'primary-soft'],
  'primary-strong': ['primary-soft'],
  danger: [...PLAIN, 'danger-soft'],
  warning: [...PLAIN, 'warning-soft'],
  success: [...PLAIN, 'success-soft'],
  info: [...PLAIN, 'info-soft'],
  'on-fill': ['primary-fill', 'primary-fill-hover', 'danger-fill'],
  'on-brass': ['brass', 'training', 'training-stripe'],
  'ink-on-dark': ['bar', 'bar-hover', 'bar-glow', 'training-bar', 'training-bar-hover', 'training-bar-glow', 'toast'],
}
/** Each that has to be seen: edges of controls, rings of focus, curves, the mark of the page one is on. */
const SEEN: Readonly<Record<string, readonly string[]>> = {
  'line-strong': ['surface', 'ground', 'surface-sunken', 'surface-off'],
  focus: [...PLAIN, 'danger-soft', 'warning-soft', 'success-soft', 'info-soft', 'primary-soft', 'focus-halo over primary-fill'],
  'focus-on-bar': ['bar', 'bar-hover', 'bar-glow', 'training-bar', 'training-bar-hover'],
  'primary-fill': ['surface', 'ground'],
  'danger-fill': ['surface'],
  primary: ['surface', 'success-soft'],
  danger: ['surface', 'success-soft'],
  brass: ['bar', 'bar-hover', 'training-bar-hover'],
  'mark-cross': ['mark'],
  'toast-danger': ['toast'],
  'toast-success': ['toast'],
}
const rows = (pairs: Readonly<Record<string, readonly string[]>>): [string, string][] => Object.entries(pairs).flatMap(([front, grounds]) => grounds.map((ground): [string, string] => [front, ground]))

const styles = globSync('**/*.{vue,css}', { cwd: web, exclude: ['dist/**'] }).map((file) => ({ file, css: file.endsWith('.css') ? read(file) : read(file).split('<style>').slice(1).join('') }))

test('each colour has its like in the dark, and none is there alone', () => {
  expect(SETS.light.size).toBeGreaterThan(50)
  expect([...SETS.dark.keys()].sort()).toEqual([...SETS.light.keys()].sort())
})

describe.each(LOOKS)('in the %s', (look) => {
  test('what is read has 4.5:1', () => {
    expect(rows(TEXT).filter(([front, ground]) => contrast(look, front, ground) < 4.5).map(([front, ground]) => `${front} on ${ground}: ${contrast(look, front, ground).toFixed(2)}`)).toEqual([])
  })
  test('what has to be seen has 3:1', () => {
    expect(rows(SEEN).filter(([front, ground]) => contrast(look, front, ground) < 3).map(([front, ground]) => `${front} on ${ground}: ${contrast(look, front, ground).toFixed(2)}`)).toEqual([])
  })
  test('a rule that gives text and ground gives a pair that can be read', () => {
    const pairs = styles.flatMap(({ file, css }) => [...css.matchAll(/\{([^{}]*)\}/g)].flatMap(([, body = '']): [string, string, string][] => {
      const [ground, front] = [/background(?:-color)?:\s*var\(--([a-z-]+)\)/.exec(body)?.[1], /(?:^|[^-])color:\s*var\(--([a-z-]+)\)/.exec(body)?.[1]]
      return ground === undefined || front === undefined ? [] : [[file, front, ground]]
    }))
    expect(pairs.length).toBeGreaterThan(20)
    expect(pairs.filter(([, front, ground]) => contrast(look, front, ground) < 4.5)).toEqual([])
  })
})

test('no part of the screen has a colour of its own', () => {
  // pictures of a PACS are seen on black by day too
  const own = styles.filter(({ file }) => !/^ui\/tokens(-dark)?\.css$|PicturesViewer\.vue$/.test(file))
    .flatMap(({ file, css }) => [...css.matchAll(/[a-z-]+:[^;{}]*/g)].filter(([rule]) => COLOUR.test(rule) || /:[^;]*\b(?:white|black|red|gray|grey)\b(?!-)/.test(rule)).map(([rule]) => `${file}: ${rule}`))
  expect(own).toEqual([])
})
