import type { HoldView } from '../contract/shapes.ts'
import type { Acts } from './acts.ts'

/** Who asked that nobody goes to bed, for as long as they stay. */
export interface Holds {
  /** Gives back what lets go of it. */
  take(hold: HoldView): () => void
  list(): HoldView[]
}

/** Taking one is an act beside: one that a leaving daemon has to end at once still brings the next. */
export function createHolds(acts: Pick<Acts, 'note'>, changed: () => void): Holds {
  const held = new Set<HoldView>()
  return {
    take: (hold) => {
      held.add(hold)
      acts.note(`a hold (${hold.why})`)
      return () => {
        if (held.delete(hold)) changed()
      }
    },
    list: () => [...held],
  }
}
