import { setTimeout as delay } from 'node:timers/promises'
import { ProblemError } from '../domain/problem.ts'
import { isRunning, type PartialIdentity } from '../host/identity.ts'
import type { Paths } from '../host/paths.ts'
import { callDaemon } from './call.ts'

const STOP_TIMEOUT_MS = 45_000
const POLL_MS = 10

export type StopOutcome =
  | { readonly stopped: false }
  | { readonly stopped: true; readonly pid: number }

/** Asks the daemon to leave and returns when its process is gone. */
export async function stopDaemon(paths: Paths, why: string): Promise<StopOutcome> {
  const answer = await callDaemon('stop', { why }, { socket: paths.socket })
  if (answer.kind === 'no_daemon') return { stopped: false }
  if (answer.kind === 'problem') throw new ProblemError(answer.problem)
  if (answer.kind === 'skew') throw new ProblemError(tooDifferent(answer.version))
  const { pid, process_start } = answer.value
  await untilGone({ pid, processStart: process_start })
  return { stopped: true, pid }
}

async function untilGone(identity: PartialIdentity): Promise<void> {
  for (let waited = 0; waited < STOP_TIMEOUT_MS; waited += POLL_MS) {
    if (!isRunning(identity)) return
    await delay(POLL_MS)
  }
  throw new ProblemError({
    kind: 'failed',
    message: `process ${identity.pid} was asked to stop and is still there after ${STOP_TIMEOUT_MS / 1000} s`,
    hint: `\`kill -9 ${identity.pid}\` ends it without harm`,
  })
}

function tooDifferent(version: string): ProblemError['problem'] {
  return {
    kind: 'failed',
    message: `the daemon (version ${version}) does not understand this curfew`,
    hint: 'stop it with the curfew it came from',
  }
}
