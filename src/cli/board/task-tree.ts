import type { TaskView } from '../../contract/boards.ts'

/** A task with its place in the drawing. */
export interface Branch {
  readonly task: TaskView
  /** The lines that lead to it. */
  readonly stem: string
  /** What it waits for besides the one it is drawn below. */
  readonly also: readonly number[]
}

/** Longer than what is ever shown of one. */
const MOST_STEM = 90

interface Place {
  readonly task: TaskView
  readonly depth: number
  readonly parent: Place | undefined
}

/**
 * What comes first above, what waits for it below. Each is drawn once, however many it waits for:
 * below the last of those, so that all of them stand above it.
 */
export function drawTree(tasks: readonly TaskView[]): Branch[] {
  const places = placeAll(tasks)
  const below = new Map<number | undefined, Place[]>()
  for (const place of places.values()) put(below, place.parent?.task.id, place)
  const branches: Branch[] = []
  const open = [{ rest: inOrder(below.get(undefined)).values(), left: 0, stem: '' }]
  for (let level = open.at(-1); level !== undefined; level = open.at(-1)) {
    const next = level.rest.next()
    if (next.done === true) {
      open.pop()
      continue
    }
    const { task, parent } = next.value
    level.left -= 1
    const isRoot = parent === undefined
    const isLast = level.left === 0
    const stem = isRoot ? '' : clipped(level.stem + (isLast ? '└─ ' : '├─ '))
    branches.push({ task, stem, also: task.blocked_by.filter((id) => id !== parent?.task.id) })
    const children = inOrder(below.get(task.id))
    const ownStem = isRoot ? '' : clipped(level.stem + (isLast ? '   ' : '│  '))
    open.push({ rest: children.values(), left: children.length, stem: ownStem })
  }
  return branches
}

/** A chain may be as long as the list. */
function clipped(stem: string): string {
  return stem.length > MOST_STEM ? stem.slice(-MOST_STEM) : stem
}

/** Those that nothing shown has to come before are roots; so is what waits for itself, which should not be. */
function placeAll(tasks: readonly TaskView[]): Map<number, Place> {
  const byId = new Map(tasks.map((task) => [task.id, task]))
  const waiting = new Map<number, number>()
  const blocks = new Map<number, number[]>()
  for (const { id, blocked_by: blockers } of tasks) {
    const known = blockers.filter((blocker) => byId.has(blocker))
    waiting.set(id, known.length)
    for (const blocker of known) put(blocks, blocker, id)
  }
  const places = new Map<number, Place>()
  const ready = tasks.map(({ id }) => id).filter((id) => waiting.get(id) === 0)
  for (let at = 0; at < ready.length; at++) {
    const task = byId.get(ready[at] ?? 0)
    if (task === undefined) continue
    places.set(task.id, place(task, places))
    for (const id of blocks.get(task.id) ?? []) {
      const left = (waiting.get(id) ?? 0) - 1
      waiting.set(id, left)
      if (left === 0) ready.push(id)
    }
  }
  for (const task of tasks) {
    if (!places.has(task.id)) places.set(task.id, { task, depth: 0, parent: undefined })
  }
  return places
}

function place(task: TaskView, places: ReadonlyMap<number, Place>): Place {
  let parent: Place | undefined
  for (const id of task.blocked_by) {
    const blocker = places.get(id)
    if (blocker === undefined) continue
    if (parent === undefined || isBelow(blocker, parent)) parent = blocker
  }
  return { task, depth: parent === undefined ? 0 : parent.depth + 1, parent }
}

/** Whether one is drawn further down, which those that are placed later do not change. */
function isBelow(one: Place, other: Place): boolean {
  const [a, b] = [ancestorAt(one, other.depth), ancestorAt(other, one.depth)]
  if (a === b) return one.depth > other.depth
  const [left, right] = [branchOf(a, b), branchOf(b, a)]
  return left.task.id > right.task.id
}

function ancestorAt(place: Place, depth: number): Place {
  let at = place
  while (at.depth > depth && at.parent !== undefined) at = at.parent
  return at
}

/** The first of its line that is not of the other's; both are of one depth. */
function branchOf(place: Place, other: Place): Place {
  let [at, beside] = [place, other]
  while (at.parent !== undefined && beside.parent !== undefined && at.parent !== beside.parent) {
    at = at.parent
    beside = beside.parent
  }
  return at
}

function inOrder(places: readonly Place[] = []): Place[] {
  return places.toSorted((a, b) => a.task.id - b.task.id)
}

function put<Key, Value>(map: Map<Key, Value[]>, key: Key, value: Value): void {
  const known = map.get(key)
  if (known === undefined) map.set(key, [value])
  else known.push(value)
}
