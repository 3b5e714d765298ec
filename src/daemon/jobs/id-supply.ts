import { keepIdFloor } from '../../host/jobs/id-floor.ts'
import type { JobStore } from '../../store/job-store.ts'

/** Ids for new jobs, reserved many at once: a commit for each would be half the cost of taking in a job. */
export interface IdSupply {
  next(): Promise<number>
  /** What was reserved in a store that is gone counts no more. */
  forget(): void
  /** Gives back what was not used, so that the next daemon goes on from there. */
  close(): Promise<void>
}

const AT_ONCE = 32

export function createIdSupply(jobs: string, store: () => JobStore): IdSupply {
  let next = 1
  let last = 0
  let reserving: Promise<void> | undefined

  async function reserve(): Promise<void> {
    const first = await store().reserveIds(AT_ONCE)
    keepIdFloor(jobs, first + AT_ONCE - 1)
    next = first
    last = first + AT_ONCE - 1
  }

  return {
    next: async () => {
      while (next > last) {
        reserving ??= reserve().finally(() => {
          reserving = undefined
        })
        await reserving
      }
      next += 1
      return next - 1
    },
    forget: () => {
      last = 0
    },
    close: async () => {
      if (next <= last) await store().returnIds(next, last)
      last = 0
    },
  }
}
