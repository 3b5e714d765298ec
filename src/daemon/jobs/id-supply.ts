import { keepIdFloor } from '../../host/jobs/id-floor.ts'
import { failedDoing } from '../../host/system-error.ts'
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
    try {
      keepIdFloor(jobs, first + AT_ONCE - 1)
    } catch (error) {
      throw failedDoing(`keeping the ids given out in ${jobs}`, error)
    }
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
