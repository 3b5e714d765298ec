import { appendBoardFloor, readBoardFloors, rewriteBoardFloors } from '../../host/board-floors.ts'
import type { TaskStore } from '../../store/task-store.ts'

/** Keeps ids of boards from being given twice, also by a store that was rebuilt. */
export interface IdFloors {
  /** Brings to a store that never heard of them what was promised before; forgets what is too much. */
  begin(store: TaskStore, isNewStore: boolean): Promise<void>
  reserve(store: TaskStore, list: string, count: number): Promise<void>
}

/** A write to disk for each task would cost as much as the task itself. */
const AHEAD = 200

export function createIdFloors(path: string): IdFloors {
  let kept = new Map<string, number>()
  const given = new Map<string, number>()

  async function begin(store: TaskStore, isNewStore: boolean): Promise<void> {
    kept = readBoardFloors(path)
    given.clear()
    if (kept.size > 0) rewriteBoardFloors(path, kept)
    if (isNewStore) await store.raiseIdFloors(kept)
  }

  /** Whoever asks at the same time may be given the ids before: so all that was asked for adds up. */
  async function reserve(store: TaskStore, list: string, count: number): Promise<void> {
    const from = given.get(list) ?? (await store.idFloor(list))
    const upTo = Math.max(from, given.get(list) ?? 0) + count
    given.set(list, upTo)
    if (upTo <= (kept.get(list) ?? 0)) return
    const isAppended = appendBoardFloor(path, list, upTo + AHEAD)
    kept.set(list, upTo + AHEAD)
    if (!isAppended) rewriteBoardFloors(path, kept)
  }

  return { begin, reserve }
}
