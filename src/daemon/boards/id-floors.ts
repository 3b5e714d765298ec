import { appendBoardFloor, readBoardFloors, rewriteBoardFloors } from '../../host/board-floors.ts'
import type { TaskStore } from '../../store/task-store.ts'

/** A write to disk for each task would cost as much as the task itself. */
const AHEAD = 200

/**
 * Keeps ids of boards from being given twice, also by a store that was rebuilt: such a one is told of what was given
 * before it, and every one says here what it is about to give.
 */
export async function keepIdFloors(
  path: string,
  store: TaskStore,
  isNewStore: boolean,
): Promise<void> {
  const kept = readBoardFloors(path)
  if (kept.size > 0) rewriteBoardFloors(path, kept)
  if (isNewStore) await store.raiseIdFloors(kept)
  store.keepIdsWith((list, last) => {
    if (last <= (kept.get(list) ?? 0)) return
    const isAppended = appendBoardFloor(path, list, last + AHEAD)
    kept.set(list, last + AHEAD)
    if (!isAppended) rewriteBoardFloors(path, kept)
  })
}
