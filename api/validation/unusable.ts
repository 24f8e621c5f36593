/** Why a StructureDefinition cannot be validated against. */
export class Unusable extends Error {
  /** Below StructureDefinition: "differential.element[3]". */
  readonly place: string | undefined
  /** Wrong in itself; else it lacks something that may still come. */
  readonly broken: boolean
  /** Id or path of the element that it is about. */
  readonly element: string | undefined
  constructor(message: string, place?: string, broken = true, element?: string) {
    super(message)
    this.name = 'Unusable'
    this.place = place
    this.broken = broken
    this.element = element
  }
}
