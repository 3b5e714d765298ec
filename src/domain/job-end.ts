import type { ActiveJob, EndedStatus, JobEnd } from './job.ts'
import type { EndIntent } from './job-ending.ts'

interface Ended {
  readonly status: EndedStatus
  readonly exitCode: number | null
  readonly signal: string | null
}

/** An end as it was judged; one that lacks what its status promises cannot be known. */
export function endFrom(judged: Ended & { readonly reason: string }): JobEnd {
  const { status, exitCode, signal, reason } = judged
  switch (status) {
    case 'succeeded':
      return { status, exitCode: 0, signal: null, reason }
    case 'failed':
      return exitCode === null ? lost(reason) : { status, exitCode, signal: null, reason }
    case 'signalled':
      return signal === null ? lost(reason) : { status, exitCode: null, signal, reason }
    case 'timed_out':
    case 'killed':
    case 'oom':
      return { status, exitCode, signal, reason }
    case 'lost':
    case 'unstartable':
      return { status, exitCode: null, signal: null, reason }
  }
}

/** What the end is to be judged by, of all that is kept of the intent. */
export function intentOf({ intent, spec }: ActiveJob): EndIntent | null {
  if (intent === null || intent.why === 'lost') return null
  if (intent.why === 'kill') return { kind: 'kill', signal: intent.signal }
  return { kind: 'timeout', limitMs: spec.timeoutMs }
}

/** Killed while it still waited: there was nothing to tell. */
export function killedUnstarted(): JobEnd {
  return { status: 'killed', exitCode: null, signal: null, reason: 'killed before it was started' }
}

export function unstartable(reason: string): JobEnd {
  return { status: 'unstartable', exitCode: null, signal: null, reason }
}

export function lost(reason: string): JobEnd {
  return { status: 'lost', exitCode: null, signal: null, reason }
}

/** The exit code of a command that waited for a job. */
export function waitCode(
  { status, exitCode, signal }: Ended,
  numberOf: (signal: string) => number | undefined,
): number {
  const fixed = WAIT_CODES[status] ?? exitCode
  if (fixed !== null) return fixed
  return 128 + ((signal === null ? undefined : numberOf(signal)) ?? SIGKILL)
}

const SIGKILL = 9

/** Null where the process itself has to tell. */
const WAIT_CODES = {
  succeeded: 0,
  failed: null,
  signalled: null,
  timed_out: 124,
  killed: null,
  oom: null,
  lost: 125,
  unstartable: 127,
} satisfies Record<EndedStatus, number | null>
