/** A map that forgets what was used longest ago when it holds more than its share. */
export class Bounded<V> {
  private readonly most: number
  private readonly held = new Map<string, { readonly value: V; readonly weight: number }>()
  private weight = 0
  constructor(most: number) {
    this.most = most
  }
  get(key: string): V | undefined {
    const found = this.held.get(key)
    if (!found) return undefined
    this.held.delete(key)
    this.held.set(key, found)
    return found.value
  }
  /** What alone is heavier than everything allowed is not kept. */
  set(key: string, value: V, weight: number): V {
    this.drop(key)
    if (weight > this.most) return value
    this.held.set(key, { value, weight })
    this.weight += weight
    for (const oldest of this.held.keys()) {
      if (this.weight <= this.most) break
      this.drop(oldest)
    }
    return value
  }
  private drop(key: string): void {
    this.weight -= this.held.get(key)?.weight ?? 0
    this.held.delete(key)
  }
}
