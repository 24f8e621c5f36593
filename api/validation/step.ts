/** The path of a discriminator in steps (http://hl7.org/fhir/R4/profiling.html#discriminator): names, extension('url'), ofType(X), resolve(); $this is none. Pure. */

export type Step = { readonly kind: 'name'; readonly name: string } | { readonly kind: 'extension'; readonly url: string } | { readonly kind: 'ofType'; readonly type: string } | { readonly kind: 'resolve' }

const STEP = /(?:^|\.)(?:\$this(?=\.|$)|extension\(\s*'([^']{1,500})'\s*\)|ofType\(\s*(?:FHIR\.)?([A-Za-z]{1,64})\s*\)|resolve(\(\))|([A-Za-z][A-Za-z0-9]{0,63})(?:\[x\])?(?=\.|$))/y

/** undefined when the path is of no such form. */
export const parseElementPath = (path: string): readonly Step[] | undefined => {
  const steps: Step[] = []
  STEP.lastIndex = 0
  while (STEP.lastIndex < path.length) {
    const found = STEP.exec(path)
    if (!found) return undefined
    const [, url, type, resolve, name] = found
    if (url !== undefined) steps.push({ kind: 'extension', url })
    else if (type !== undefined) steps.push({ kind: 'ofType', type })
    else if (resolve !== undefined) steps.push({ kind: 'resolve' })
    else if (name !== undefined) steps.push({ kind: 'name', name })
  }
  return path === '' || steps.length > 20 ? undefined : steps
}
