/** How a job ended. `lost` means that nobody can know. */
export type JobEnd =
  | 'succeeded'
  | 'failed'
  | 'signalled'
  | 'timed_out'
  | 'killed'
  | 'oom'
  | 'lost'
  | 'unstartable'

/** What the waiter wrote at the end, with names in place of the system's numbers. */
export type EndWritten =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'signalled'; readonly signal: string }
  | { readonly kind: 'unstartable'; readonly stage: string; readonly errno: string }

/** Why we meant to end it, stored before anything was sent. */
export type EndIntent =
  | { readonly kind: 'timeout'; readonly limitMs: number }
  | { readonly kind: 'kill'; readonly signal: string }

export interface EndFacts {
  readonly written: EndWritten | null
  readonly fence: 'none' | 'started' | 'cancelled'
  /** Whether the waiter said that it began. */
  readonly began: boolean
  readonly waiter: 'alive' | 'gone'
  /** It was launched before the machine was last started. */
  readonly otherBoot: boolean
  readonly intent: EndIntent | null
  /** False only when it is certain that no signal went out. */
  readonly signalSent: boolean
  /** How often the kernel killed in its cgroup for want of memory; null where nothing tells. */
  readonly oomKills: number | null
  readonly command: string
}

export type JobVerdict =
  /** Its end is not due yet: the waiter lives. */
  | { readonly kind: 'running' }
  /** It was launched in vain: nothing has run, and nothing will unless it is launched again. */
  | { readonly kind: 'not_started' }
  | {
      readonly kind: 'ended'
      readonly status: JobEnd
      /** Only what the process really returned. */
      readonly exitCode: number | null
      readonly signal: string | null
      readonly reason: string
    }

/** What became of a job that was handed to a waiter. What the waiter wrote counts more than how it looks now. */
export function judgeEnding(facts: EndFacts): JobVerdict {
  const { written } = facts
  if (written?.kind === 'unstartable') {
    return ended(
      'unstartable',
      facts,
      unstartableReason(written.stage, written.errno, facts.command),
    )
  }
  if (written) return judgeWritten(written, facts)
  if (facts.otherBoot) return ended('lost', facts, 'the machine was started anew while it ran')
  if (facts.fence === 'none') return { kind: 'not_started' }
  if (facts.fence === 'cancelled') return { kind: 'not_started' }
  if (facts.waiter === 'alive') return { kind: 'running' }
  return ended('lost', facts, lostReason(facts))
}

function judgeWritten(
  written: Exclude<EndWritten, { kind: 'unstartable' }>,
  facts: EndFacts,
): JobVerdict {
  const how = written.kind === 'exited' ? `exit code ${written.code}` : `signal ${written.signal}`
  const { intent } = facts
  if (intent && facts.signalSent) {
    return ended(
      intent.kind === 'timeout' ? 'timed_out' : 'killed',
      facts,
      `${sayIntent(intent)}; it ended with ${how}`,
    )
  }
  if (written.kind === 'exited') {
    return ended(written.code === 0 ? 'succeeded' : 'failed', facts, how)
  }
  if (written.signal === 'SIGKILL' && (facts.oomKills ?? 0) > 0) {
    return ended('oom', facts, 'the kernel killed it for want of memory')
  }
  return ended('signalled', facts, how)
}

function ended(status: JobEnd, { written }: EndFacts, reason: string): JobVerdict {
  const exitCode = written?.kind === 'exited' ? written.code : null
  const signal = written?.kind === 'signalled' ? written.signal : null
  return { kind: 'ended', status, exitCode, signal, reason }
}

function sayIntent(intent: EndIntent): string {
  if (intent.kind === 'kill') return `killed with ${intent.signal}`
  return `ran longer than its limit of ${intent.limitMs / 1000} s`
}

function lostReason({ began, intent }: EndFacts): string {
  const how = began
    ? 'its waiter was killed before it could write down the end'
    : 'its waiter was killed before it said that the command began'
  return intent ? `${how} (${sayIntent(intent)})` : how
}

const STAGES: ReadonlyMap<string, string> = new Map([
  ['cwd', 'its folder cannot be entered'],
  ['env', 'its environment cannot be read'],
  ['log', 'its log cannot be opened'],
  ['fork', 'no process could be made'],
])

const EXEC: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'there is no such command, or the interpreter that its first line names is missing'],
  ['EACCES', 'it is not executable, or may not be reached'],
  ['E2BIG', 'arguments and environment together are too long for the system'],
  ['ENOEXEC', 'it is not a program for this machine'],
])

function unstartableReason(stage: string, errno: string, command: string): string {
  if (stage === 'exec')
    return `${command}: ${EXEC.get(errno) ?? 'it could not be executed'} (${errno})`
  return `${STAGES.get(stage) ?? 'its start failed'} (${errno})`
}
