/** Sends a PDF to the browser's print dialog from a hidden frame, so that the page in work stays where it is. */
let frame: HTMLIFrameElement | undefined
let address: string | undefined

export const printPdf = (pdf: Blob): void => {
  frame?.remove()
  if (address) URL.revokeObjectURL(address)
  const shown = address = URL.createObjectURL(new Blob([pdf], { type: 'application/pdf' }))
  const made = frame = document.createElement('iframe')
  made.hidden = true
  made.setAttribute('aria-hidden', 'true')
  made.tabIndex = -1
  made.addEventListener('load', () => {
    try {
      made.contentWindow?.print()
    } catch {
      // a browser whose PDF viewer may not be told to print: the user prints from a tab
      window.open(shown, '_blank', 'noopener')
    }
  })
  made.src = shown
  document.body.append(made)
}
