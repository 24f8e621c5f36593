/** Which elements of the definitions a resource has. */
import { isPrimitive } from '#api/validation/primitives.ts'
import type { Element, Property } from '#api/validation/element.ts'
import { definitions } from './build.ts'

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Paths of elements that the resource holds, those of its datatypes too ("Patient.contact.name", "HumanName.given"). */
export const covered = (resource: Readonly<Record<string, unknown>>, found = new Set<string>()): Set<string> => {
  const root = definitions.type(String(resource['resourceType']))?.root
  if (root !== undefined) visit(resource, root.properties, found)
  return found
}

const visit = (value: unknown, properties: ReadonlyMap<string, Property>, found: Set<string>): void => {
  if (!isObject(value)) return
  for (const [name, member] of Object.entries(value)) {
    const property = properties.get(name.replace(/^_/, ''))
    if (property === undefined) continue
    found.add(property.element.path)
    const { code } = property.type
    for (const item of Array.isArray(member) ? member : [member]) {
      if (code === 'Resource' && isObject(item)) covered(item, found)
      else if (isPrimitive(code)) visit(name.startsWith('_') ? item : undefined, definitions.type('Element')?.root.properties ?? new Map(), found)
      else visit(item, property.element.properties.size > 0 ? property.element.properties : (definitions.type(code)?.root.properties ?? new Map()), found)
    }
  }
}

/** Paths of every element of a definition; those of content references count where they are defined. */
export const elementsOf = (type: string): string[] => {
  const found = new Set<string>()
  const walk = (element: Element, above: readonly Element[]): void => {
    for (const child of element.children) {
      if (above.includes(child) || child.max === 0) continue
      found.add(child.path)
      walk(child, [...above, child])
    }
  }
  const root = definitions.type(type)?.root
  if (root !== undefined) walk(root, [root])
  return [...found].sort()
}
