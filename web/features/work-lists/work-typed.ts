/** What is typed into an order at the bench, before it is kept. */
export interface Typed { readonly texts: Readonly<Record<string, string>>; readonly conclusion: string; readonly reason: string }
