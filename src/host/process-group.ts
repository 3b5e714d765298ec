import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { systemClock } from './clock.ts'
import { lookAt } from './identity.ts'
import { errorCode, failedDoing } from './system-error.ts'

const LOOK_EVERY_MS = 50
/** Even KILL needs a moment; what outlives that cannot be killed. */
const KILL_TAKES_MS = 2_000

export interface EndOptions {
  readonly graceMs: number
  /** All of it was sent TERM before. */
  readonly isAsked: boolean
  readonly overdue: Promise<void>
}

/** Signals every process of a group that we made; false when there is none left that we may signal. */
export function signalGroup(group: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return group > 1 && process.kill(-group, signal)
  } catch (error) {
    if (errorCode(error) === 'ESRCH' || errorCode(error) === 'EPERM') return false
    throw failedDoing(`sending ${signal} to group ${group}`, error)
  }
}

/**
 * Ends what the leader of a group left behind: asked first, then made to after the grace, or sooner when
 * that is over already. Resolves when nothing of it lives.
 */
export async function endRestOfGroup(
  group: number,
  { graceMs, isAsked, overdue }: EndOptions,
): Promise<void> {
  if (!isLeft(group)) return
  if (!isAsked) signalGroup(group, 'SIGTERM')
  let isOverdue = false
  void overdue.then(() => {
    isOverdue = true
  })
  if (await isGoneWithin(group, graceMs, () => isOverdue)) return
  signalGroup(group, 'SIGKILL')
  await isGoneWithin(group, KILL_TAKES_MS, () => false)
}

async function isGoneWithin(group: number, ms: number, isOver: () => boolean): Promise<boolean> {
  const untilMs = systemClock.monotonicMs() + ms
  while (isLeft(group)) {
    if (isOver() || systemClock.monotonicMs() >= untilMs) return false
    await pause(LOOK_EVERY_MS)
  }
  return true
}

/** While any member is there, nobody else gets the number; whoever has it as a process is not of this group. */
function isLeft(group: number): boolean {
  if (lookAt(group).state !== 'gone' || !signalGroup(group, 0)) return false
  return process.platform !== 'linux' || readdirSync('/proc').some((name) => isLiving(name, group))
}

/** The remains of a process count as a member for as long as nobody has taken note of its end. */
function isLiving(name: string, group: number): boolean {
  if (!/^\d/.test(name)) return false
  const [state, , ofGroup] = fieldsAfterCommand(`/proc/${name}/stat`)
  return ofGroup === String(group) && state !== 'Z' && state !== 'X'
}

function fieldsAfterCommand(path: string): string[] {
  try {
    const line = readFileSync(path, 'latin1')
    return line.slice(line.lastIndexOf(')') + 2).split(' ', 3)
  } catch {
    return []
  }
}
