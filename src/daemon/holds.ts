import type { HoldView } from '../contract/shapes.ts'

/** Who asked that nobody goes to bed, for as long as they stay. */
export interface Holds {
  /** Gives back what lets go of it. */
  take(hold: HoldView): () => void
  list(): HoldView[]
}

export function createHolds(changed: () => void): Holds {
  const held = new Set<HoldView>()
  return {
    take: (hold) => {
      held.add(hold)
      changed()
      return () => {
        if (held.delete(hold)) changed()
      }
    },
    list: () => [...held],
  }
}
