import type { ClaimView, TaskClaimInput } from '../contract/boards.ts'
import type { EventView } from '../contract/shapes.ts'
import { ProblemError } from '../domain/problem.ts'
import { systemClock } from '../host/clock.ts'
import type { Paths } from '../host/paths.ts'
import type { Client } from './client.ts'
import { followEvents } from './follow-events.ts'
import { pause } from './watch-marker.ts'

const MOST_TASKS = 1000

/** What no event tells of is noticed by then. */
const LOOK_EVERY_MS = 30_000

/** Claims the first that is ready; while others are at work, waits so long for one to be. */
export async function claimNext(
  client: Client,
  paths: Paths,
  asked: Omit<TaskClaimInput, 'id' | 'ticket'>,
  waitMs: number,
): Promise<ClaimView> {
  const deadline = systemClock.monotonicMs() + waitMs
  const claim = (): Promise<ClaimView> =>
    client.demand('task_claim', { ...asked, ticket: crypto.randomUUID() })
  for (;;) {
    const newest = waitMs > 0 ? await client.ask('events', { limit: 1 }) : undefined
    const outcome = await claim()
    const leftMs = deadline - systemClock.monotonicMs()
    if (leftMs <= 0 || isFinal(outcome)) return outcome
    // What came back before we saw that nobody is at work is there to be had.
    if (outcome.kind === 'not_found' && !(await isSomebodyAtWork(client, asked))) return claim()
    const after = newest?.[0]?.id ?? 0
    await untilTouched(paths, asked.list, after, Math.min(leftMs, LOOK_EVERY_MS))
  }
}

function isFinal({ kind }: ClaimView): boolean {
  return kind !== 'not_found' && kind !== 'blocked' && kind !== 'busy'
}

/** What others work on may come back. */
async function isSomebodyAtWork(
  client: Client,
  { as, list, wrapper }: Omit<TaskClaimInput, 'id' | 'ticket'>,
): Promise<boolean> {
  const query = { list, status: 'in_progress', limit: MOST_TASKS } as const
  try {
    const tasks = (await client.ask('tasks', query)) ?? []
    return tasks.some((task) => task.owner !== as || task.wrapper !== (wrapper ?? null))
  } catch (error) {
    if (error instanceof ProblemError && error.problem.kind === 'not_found') return false
    throw error
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
