/** Structure definitions that are stored. Part of ports.ts, which hands it all on. */

export interface DefinitionHead { readonly url: string; readonly id: string; readonly version: number }

export interface DefinitionSource {
  /** Current versions under these canonicals (without "|version"). */
  heads(urls: readonly string[]): Promise<readonly DefinitionHead[]>
  /** undefined: gone meanwhile. */
  body(head: DefinitionHead): Promise<string | undefined>
}

/** What R4 itself publishes: the text of a resource of it. */
export interface Published { find(type: string, by: { readonly url: string; readonly version?: string } | { readonly id: string }): Promise<string | undefined> }

/** What was asked about stored definitions in one request: its resources share the answers. */
export type DefinitionMemory = Map<string, Promise<readonly DefinitionHead[]>>
