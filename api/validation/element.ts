/** What a definition says of one element (http://hl7.org/fhir/R4/elementdefinition.html), as a tree that a JSON value can be held against. */
import type { Step } from './step.ts'

export interface ElementType {
  /** "Quantity", "string", "BackboneElement", "Resource" … */
  readonly code: string
  /** Definitions that an element of this type must also meet, one of them. */
  readonly profiles: readonly string[]
  /** Resource types that a Reference may point at; '' stands for a profile. Empty: any. */
  readonly targets: readonly string[]
  /** Profiles that the target must meet, one of them. */
  readonly targetProfiles: readonly string[]
}

export interface Constraint {
  readonly key: string
  readonly human: string
  readonly expression: string
  /** Only advice. */
  readonly warning?: boolean
  /** Not of the program's own definitions: what it costs is bounded. */
  readonly foreign?: boolean
}

/** `steps`: the path as it is followed; undefined when it is not understood. */
export interface Discriminator { readonly type: string; readonly steps: readonly Step[] | undefined }

export interface Slicing { readonly discriminators: readonly Discriminator[]; readonly closed: boolean; readonly ordered: boolean }

/** Canonicals of value sets by strength; `max`: the set that no code may leave (http://hl7.org/fhir/R4/extension-elementdefinition-maxvalueset.html). */
export interface Binding { readonly required?: string; readonly extensible?: string; readonly preferred?: string; readonly max?: string }

export interface Element {
  /** "Observation.component", without slice names. */
  readonly path: string
  readonly min: number
  readonly max: number
  /** Written as a JSON array. */
  readonly repeats: boolean
  readonly types: readonly ElementType[]
  readonly constraints: readonly Constraint[]
  /** fixed[x] or pattern[x]. */
  readonly fixed?: unknown
  readonly pattern?: unknown
  readonly maxLength?: number
  readonly minValue?: unknown
  readonly maxValue?: unknown
  readonly binding?: Binding
  readonly slicing?: Slicing
  readonly slices: readonly Slice[]
  /** By JSON name, choices spelled out (valueQuantity); empty when the type's own definition holds. */
  readonly properties: ReadonlyMap<string, Property>
  /** Elements that must stand in the parent's properties, each once. */
  readonly children: readonly Element[]
}

export interface Slice { readonly name: string; readonly element: Element }
export interface Property { readonly element: Element; readonly type: ElementType }

export interface Structure {
  readonly url: string
  readonly type: string
  readonly kind: string
  /** A profile; else the definition of the type itself. */
  readonly derived: boolean
  /** Not part of the program. */
  readonly foreign?: boolean
  /** How many elements it has, where that matters. */
  readonly weight?: number
  readonly root: Element
}
