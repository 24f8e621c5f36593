/** Light, dark, or as this PC has it: chosen on the PC, for whoever works there. public/theme.js shows it, before the first paint and whenever it changes. */
import { ref } from 'vue'

export const THEMES = ['light', 'dark', 'auto'] as const
export type Theme = (typeof THEMES)[number]

const STORED = 'emr-theme'
const stored = (): Theme => THEMES.find((each) => each === localStorage.getItem(STORED)) ?? 'auto'

export const theme = ref(stored())
// another tab chose
addEventListener('storage', () => { theme.value = stored() })

export const setTheme = (chosen: Theme): void => {
  localStorage.setItem(STORED, chosen)
  theme.value = chosen
  dispatchEvent(new Event(STORED))
}
