import type { Config } from '../config.ts'
import type { ChoreEnd } from '../domain/chores.ts'
import type { EventBody } from '../domain/event.ts'
import type { LifecycleState } from '../domain/lifecycle.ts'
import type { Paths } from '../host/paths.ts'
import { type CommandRun, startChoreCommand } from '../host/run-chore.ts'

/** Runs what the config wants at a transition; its failure is told and changes nothing. */
export interface OnTransition {
  /** To be run once the transition is written down. */
  owe(to: LifecycleState): void
  runOwed(): void
  /** Resolves when none runs any more; `hurry` ends those that do. */
  leave(hurry: boolean): Promise<void>
}

/** A command that takes longer is ended. */
const TIMEOUT_MS = 60_000

export function createOnTransition(
  paths: Paths,
  config: () => Config,
  emit: (body: EventBody) => void,
): OnTransition {
  const owed: LifecycleState[] = []
  const running = new Map<CommandRun, Promise<void>>()

  function run(to: LifecycleState): void {
    const command = commandFor(to, config())
    if (command === null) return
    const state = to.toLowerCase()
    const started = startChoreCommand({ name: `on-${state}`, command, paths })
    running.set(started, follow(started, state))
  }

  async function follow(started: CommandRun, state: string): Promise<void> {
    let isLate = false
    const timer = setTimeout(() => {
      isLate = true
      started.stop()
    }, TIMEOUT_MS)
    const end = await started.end
    clearTimeout(timer)
    running.delete(started)
    if (end.kind === 'exited' && end.code === 0) return
    emit({ type: 'on_command_failed', state, why: isLate ? 'it took too long' : sayEnd(end) })
  }

  return {
    owe: (to) => void owed.push(to),
    runOwed: () => {
      for (const to of owed.splice(0)) run(to)
    },
    leave: async (hurry) => {
      if (hurry) for (const started of running.keys()) started.stop()
      await Promise.all(running.values())
    },
  }
}

function commandFor(to: LifecycleState, { on }: Config): readonly string[] | null {
  return { WAKE: on.wake, DROWSY: on.drowsy, BEDTIME: on.bedtime, ASLEEP: on.asleep }[to]
}

function sayEnd(end: ChoreEnd): string {
  if (end.kind === 'exited') return `exit code ${end.code}`
  if (end.kind === 'signalled') return `signal ${end.signal}`
  return end.kind === 'done' ? end.note : end.reason
}
