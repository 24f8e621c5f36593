/*
 * Light or dark, before anything is painted: as chosen on this PC (ui/theme.ts), else as the PC has it. It stands in <head> as a file of its own, since the content security policy allows no inline script,
 * and goes on listening: to the PC, to a choice on this page and in another tab. With forced colours the PC decides.
 */
(() => {
  const dark = matchMedia('(prefers-color-scheme: dark)')
  const forced = matchMedia('(forced-colors: active)')
  const show = () => {
    const chosen = forced.matches ? null : localStorage.getItem('emr-theme')
    const theme = chosen === 'light' || chosen === 'dark' ? chosen : dark.matches ? 'dark' : 'light'
    document.documentElement.dataset.theme = theme
    // the ground that the browser itself paints until the styles are there
    document.querySelector('meta[name=color-scheme]').content = theme
  }
  show()
  for (const asked of [dark, forced]) asked.addEventListener('change', show)
  for (const name of ['storage', 'emr-theme']) addEventListener(name, show)
})()
