/** Words that are typed one after the other, each with its time, and how old the oldest one is that was lost when something broke. */
import type { Page } from 'playwright-core'

export interface TypedWord { readonly text: string; readonly at: number }

const EVERY_MS = 120

/** Types numbered words into the field that has this label for so long, without a pause. */
export async function typeWords(page: Page, label: string, milliseconds: number): Promise<readonly TypedWord[]> {
  await page.getByLabel(label, { exact: true }).focus()
  const words: TypedWord[] = []
  for (const end = performance.now() + milliseconds; performance.now() < end;) {
    const text = `câu ${words.length}.`
    await page.keyboard.insertText(`${text} `)
    words.push({ text, at: performance.now() })
    await page.waitForTimeout(EVERY_MS)
  }
  return words
}

/** Milliseconds between the typing of the oldest word that is not among what was kept and the end; 0 when all are there. */
export const oldestLost = (words: readonly TypedWord[], kept: string, end: number): number => {
  const lost = words.find(({ text }) => !kept.includes(text))
  return lost === undefined ? 0 : Math.max(0, end - lost.at)
}

/** The renderer dies at once: no event of the page runs any more. */
export async function killTab(page: Page): Promise<void> {
  const died = page.waitForEvent('crash')
  const session = await page.context().newCDPSession(page)
  // the session dies with the page, so that this is never answered
  void session.send('Page.crash').catch(() => undefined)
  await died
}
