import type { ClaimView, TaskClaimInput } from '../contract/boards.ts'
import type { EventView } from '../contract/shapes.ts'
import { systemClock } from '../host/clock.ts'
import type { Paths } from '../host/paths.ts'
import type { Client } from './client.ts'
import { followEvents } from './follow-events.ts'
import { pause } from './watch-marker.ts'

/** What no event tells of is noticed by then. */
const LOOK_EVERY_MS = 30_000

/** Claims the first that is ready; while all that is left waits for others, waits so long for one to be. */
export async function claimNext(
  client: Client,
  paths: Paths,
  asked: Omit<TaskClaimInput, 'id' | 'ticket'>,
  waitMs: number,
): Promise<ClaimView> {
  const deadline = systemClock.monotonicMs() + waitMs
  for (;;) {
    const newest = waitMs > 0 ? await client.ask('events', { limit: 1 }) : undefined
    const outcome = await client.demand('task_claim', { ...asked, ticket: crypto.randomUUID() })
    const leftMs = deadline - systemClock.monotonicMs()
    const mayChange = outcome.kind === 'blocked' || outcome.kind === 'busy'
    if (!mayChange || leftMs <= 0) return outcome
    const after = newest?.[0]?.id ?? 0
    await untilTouched(paths, asked.list, after, Math.min(leftMs, LOOK_EVERY_MS))
  }
}

/** Resolves when something happens on the board, or the time is over. */
async function untilTouched(
  paths: Paths,
  list: string,
  after: number,
  timeoutMs: number,
): Promise<void> {
  const enough = new AbortController()
  const { signal } = enough
  const onEvent = ({ data }: EventView): void => {
    if (data.list === list) enough.abort()
  }
  const late = async (): Promise<void> => {
    await pause(timeoutMs, signal)
    enough.abort()
  }
  await Promise.all([followEvents(paths, after, onEvent, { signal }), late()])
}
