/** One thing of a review before signing: its exact pages, or why it cannot be signed. */
export interface ReviewPage {
  readonly title: string
  readonly pages?: number
  /** Blob address of the PDF. */
  readonly url: string
  /** Its words, for a browser that shows no PDF. */
  readonly sections?: readonly { readonly title: string; readonly lines: readonly string[] }[]
}

export interface ReviewItem {
  readonly key: string
  readonly title: string
  readonly note: string
  readonly pages: readonly ReviewPage[]
  readonly warnings: readonly string[]
  /** A sentence: nothing of it is signed. */
  readonly failure?: string
}
