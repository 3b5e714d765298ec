import type { Config } from '../config.ts'
import type { ChoreEnd } from '../domain/chores.ts'
import type { EventBody } from '../domain/event.ts'
import type { LifecycleState } from '../domain/lifecycle.ts'
import { systemClock } from '../host/clock.ts'
import type { Paths } from '../host/paths.ts'
import { startChoreCommand } from '../host/run-chore.ts'

/** A command that takes longer is ended. */
const TIMEOUT_MS = 60_000

/** Runs what the config wants at a transition; its failure is told and changes nothing. */
export function runOnTransition(
  to: LifecycleState,
  config: Config,
  paths: Paths,
  emit: (body: EventBody) => void,
): void {
  const { key, command } = commandFor(to, config)
  if (command === null) return
  const run = startChoreCommand({ name: `on-${key}`, command, paths })
  const beganMs = systemClock.monotonicMs()
  const timer = setTimeout(run.stop, TIMEOUT_MS)
  run.end.then(
    (end) => {
      clearTimeout(timer)
      const isLate = systemClock.monotonicMs() - beganMs >= TIMEOUT_MS
      if (end.kind === 'exited' && end.code === 0) return
      emit({ type: 'on_command_failed', state: key, why: isLate ? 'it took too long' : sayEnd(end) })
    },
    (error: unknown) => emit({ type: 'on_command_failed', state: key, why: String(error) }),
  )
}

function commandFor(
  to: LifecycleState,
  { on }: Config,
): { readonly key: string; readonly command: readonly string[] | null } {
  const commands = { WAKE: on.wake, DROWSY: on.drowsy, BEDTIME: on.bedtime, ASLEEP: on.asleep }
  return { key: to.toLowerCase(), command: commands[to] }
}

function sayEnd(end: ChoreEnd): string {
  if (end.kind === 'exited') return `exit code ${end.code}`
  if (end.kind === 'signalled') return `signal ${end.signal}`
  return end.kind === 'done' ? end.note : end.reason
}
