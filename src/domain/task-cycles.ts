import type { Edge } from './task.ts'

/** Tasks that wait for each other in a ring, in that order; undefined where nobody waits for themselves. */
export function findCycle(edges: readonly Edge[]): number[] | undefined {
  return cyclesIn(edges).next().value?.ring
}

/** The edges without those that close a ring. */
export function withoutCycles(edges: readonly Edge[]): {
  readonly kept: readonly Edge[]
  readonly dropped: readonly Edge[]
} {
  const closing = new Set([...cyclesIn(edges)].map(({ edge }) => edge))
  return {
    kept: edges.filter((edge) => !closing.has(edge)),
    dropped: edges.filter((edge) => closing.has(edge)),
  }
}

interface Visit {
  readonly id: number
  readonly out: Iterator<Edge>
}

/** Walks down every arrow once, without recursion: a chain may be long. */
function* cyclesIn(edges: readonly Edge[]): Generator<{ ring: number[]; edge: Edge }, undefined> {
  const outOf = new Map<number, Edge[]>()
  for (const edge of edges) {
    const known = outOf.get(edge.blocker)
    if (known === undefined) outOf.set(edge.blocker, [edge])
    else known.push(edge)
  }
  const onPath = new Map<number, number>()
  const done = new Set<number>()
  for (const start of outOf.keys()) {
    const path: Visit[] = []
    const enter = (id: number): void => {
      if (done.has(id)) return
      onPath.set(id, path.length)
      path.push({ id, out: (outOf.get(id) ?? []).values() })
    }
    enter(start)
    for (let at = path.at(-1); at !== undefined; at = path.at(-1)) {
      const next = at.out.next()
      if (next.done === true) {
        path.pop()
        onPath.delete(at.id)
        done.add(at.id)
        continue
      }
      const edge = next.value
      const seenAt = onPath.get(edge.blocked)
      if (seenAt === undefined) enter(edge.blocked)
      else yield { ring: [...path.slice(seenAt).map(({ id }) => id), edge.blocked], edge }
    }
  }
  return undefined
}

/** A ring in words, in the middle left out where it is long. */
export function sayCycle(ring: readonly (number | string)[]): string {
  const shown = ring.length <= 8 ? ring : [...ring.slice(0, 4), '…', ...ring.slice(-3)]
  return shown.join(' → ')
}
