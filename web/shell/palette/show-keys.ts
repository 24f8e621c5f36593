/** Names of keys as they are read: "Ctrl+S", "Alt+Xuống". The font has no arrows. Pure. */
const ARROWS: Readonly<Record<string, string>> = { ArrowUp: 'up', ArrowDown: 'down' }

/** `arrow`: the word for a direction. */
export const showKeys = (keys: string, arrow: (direction: string) => string): string =>
  keys.split('+').map((part, at) => (ARROWS[part] === undefined ? (at > 0 && part.length === 1 ? part.toUpperCase() : part) : arrow(ARROWS[part]))).join('+')
