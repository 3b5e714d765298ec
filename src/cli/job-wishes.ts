import type { Command } from 'commander'
import { InvalidArgumentError } from 'commander'
import type { EditInput } from '../contract/jobs.ts'
import { given } from '../domain/given.ts'
import { systemClock } from '../host/clock.ts'
import { parseCount, parseInteger } from './arguments.ts'
import { collectIds } from './job-ids.ts'
import { readStartTime } from './start-time.ts'

/** What can be said of a job when it is submitted, and as long as it waits. */
export interface WishOptions {
  readonly name?: string
  readonly group?: string
  readonly after?: readonly number[]
  readonly delay?: string
  readonly at?: string
  readonly priority?: number
  readonly timeout?: string
  readonly retry?: number
  readonly keepAwake?: boolean
}

export function addWishes(command: Command): Command {
  return command
    .option('--name <TEXT>', 'what lists call it')
    .option('--group <NAME>', 'the queue it waits in (`curfew group`)')
    .option('--after <ID,…>', 'start when these have succeeded', readAfter)
    .option('--delay <DURATION>', 'start after that long, such as 30s or 2h')
    .option('--at <TIME>', 'start then: 18:30, "2026-11-20 18:30", or with a zone', readAt)
    .option('--priority <N>', 'of those that wait the highest starts first (0)', parseInteger)
    .option('--timeout <DURATION>', 'end it after so much running time; 0: never (1h)')
    .option('--retry <N>', 'try again so often when it does not succeed', parseCount)
}

export function wishesOf(options: WishOptions): Omit<EditInput, 'id'> {
  const { name, group, after, delay, at, priority, timeout, retry, keepAwake } = options
  const keep_awake = keepAwake
  return given({ name, group, after, delay, at, priority, timeout, retry, keep_awake })
}

/** "none" takes away what was said before. */
function readAfter(text: string, before: readonly number[] = []): readonly number[] {
  return text === 'none' ? [] : collectIds(text, before)
}

function readAt(text: string): string {
  const time = readStartTime(text, systemClock.wallMs())
  if (time !== undefined) return time
  throw new InvalidArgumentError('expected a time such as 18:30 or "2026-11-20 18:30"')
}
