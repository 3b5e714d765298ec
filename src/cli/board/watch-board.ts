import { followEvents } from '../../client/follow-events.ts'
import type { EventView } from '../../contract/shapes.ts'
import { ProblemError } from '../../domain/problem.ts'
import type { House, Shell } from '../shell.ts'

/** What lasts, such as a lease, is counted down this often. */
const REDRAW_EVERY_MS = 10_000

/** Draws a board now, and again whenever something happens on it; never resolves. */
export async function watchBoard(
  shell: Shell,
  { client, paths }: House,
  list: string,
  draw: () => Promise<void>,
): Promise<void> {
  const newest = await client.ask('events', { limit: 1 })
  const drawing = createDrawing(shell, draw)
  const timer = setInterval(drawing.again, REDRAW_EVERY_MS)
  const onEvent = ({ data }: EventView): void => {
    if (data.list === list) drawing.again()
  }
  const onAlone = (): void => shell.note(ALONE)
  try {
    drawing.again()
    await Promise.race([
      followEvents(paths, newest?.[0]?.id ?? 0, onEvent, { onAlone }),
      drawing.failed,
    ])
  } finally {
    clearInterval(timer)
  }
}

/** One at a time; what happens meanwhile makes one more. */
function createDrawing(
  shell: Shell,
  draw: () => Promise<void>,
): {
  readonly again: () => void
  readonly failed: Promise<never>
} {
  const { promise: failed, reject } = Promise.withResolvers<never>()
  let isBusy = false
  let isStale = false
  async function drawWhileStale(): Promise<void> {
    isBusy = true
    while (isStale) {
      isStale = false
      await drawOrSay(shell, draw)
    }
    isBusy = false
  }
  function again(): void {
    isStale = true
    if (!isBusy) drawWhileStale().catch(reject)
  }
  return { again, failed }
}

/** A daemon that just leaves does not answer; the next look finds the next one, or what this one left. */
async function drawOrSay(shell: Shell, draw: () => Promise<void>): Promise<void> {
  try {
    await draw()
  } catch (error) {
    if (!(error instanceof ProblemError) || error.problem.kind !== 'failed') throw error
    shell.note(`curfew: ${error.problem.message}`)
  }
}

const ALONE = 'curfew: no daemon runs; waiting for the next one (Ctrl-C ends it)'
