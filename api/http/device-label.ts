/** What a person would call the device a draft was typed on, from User-Agent (https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/User-Agent); a hint for the reader, never a fact. */

const BROWSERS: readonly (readonly [RegExp, string])[] = [[/Edg\//, 'Edge'], [/Firefox\//, 'Firefox'], [/(?:Headless)?Chrom(?:e|ium)\//, 'Chrome'], [/Safari\//, 'Safari']]
const SYSTEMS: readonly (readonly [RegExp, string])[] = [[/Windows/, 'Windows'], [/Android/, 'Android'], [/iPhone|iPad/, 'iOS'], [/Mac OS X/, 'macOS'], [/Linux/, 'Linux']]

const first = (table: readonly (readonly [RegExp, string])[], text: string): string | undefined => table.find(([pattern]) => pattern.test(text))?.[1]

/** "Firefox · Windows"; '' when nothing is recognised. */
export const deviceLabel = (userAgent: string | undefined): string =>
  [first(BROWSERS, userAgent ?? ''), first(SYSTEMS, userAgent ?? '')].filter((part) => part !== undefined).join(' · ')
