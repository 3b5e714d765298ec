import { setTimeout as delay } from 'node:timers/promises'
import { type Problem, ProblemError } from '../domain/problem.ts'
import { printableLine } from '../domain/printable.ts'
import { prepareHome } from '../host/home.ts'
import { serviceStart, startService } from '../host/installed-service.ts'
import type { Paths } from '../host/paths.ts'
import { type DaemonCommand, spawnDaemon, type SpawnOutcome } from '../host/spawn-daemon.ts'
import { callDaemon } from './call.ts'

const START_TIMEOUT_MS = 15_000
const POLL_MS = 20
/** How long one that holds the home is given to answer, before it is tried to take its place. */
const ANSWER_MS = 3_000
const MOST_TRIES = 5

/** Starts a daemon and returns when it, or one that was faster, answers. */
export async function startDaemon(
  command: DaemonCommand,
  paths: Paths,
  environment: NodeJS.ProcessEnv,
): Promise<void> {
  prepareHome(paths)
  if (await startedAsService(command, paths, environment)) return
  for (let tries = 1; ; tries++) {
    const outcome = await spawnDaemon(command, paths, environment, START_TIMEOUT_MS)
    if (outcome.ready === true) return
    const problem = problemOf(outcome)
    if (problem.kind === 'refused' && (await answersSoon(paths))) return
    if (problem.kind !== 'refused' || tries === MOST_TRIES) throw new ProblemError(problem)
  }
}

/** Where the usual home has a service, that is what runs it; one that does not come is no reason to have no daemon. */
async function startedAsService(
  { home }: DaemonCommand,
  paths: Paths,
  environment: NodeJS.ProcessEnv,
): Promise<boolean> {
  const service = home === undefined ? serviceStart(environment) : undefined
  return service !== undefined && (await startService(service)) && answersSoon(paths)
}

/** The winner of a race holds the lock a little before it answers, and one that leaves a little after. */
async function answersSoon(paths: Paths): Promise<boolean> {
  for (let waited = 0; waited < ANSWER_MS; waited += POLL_MS) {
    const { kind } = await callDaemon('hello', {}, { socket: paths.socket })
    if (kind !== 'no_daemon') return true
    await delay(POLL_MS)
  }
  return false
}

function problemOf(outcome: Exclude<SpawnOutcome, { ready: true }>): Problem {
  if (outcome.ready === false) return outcome.problem
  if (outcome.ready === 'late') {
    return {
      kind: 'failed',
      message: `the daemon was started but is not ready after ${START_TIMEOUT_MS / 1000} s`,
      hint: '`curfew doctor` tells more',
    }
  }
  const words = outcome.lastWords === '' ? '' : `: ${printableLine(outcome.lastWords)}`
  return {
    kind: 'failed',
    message: `the daemon ended while starting (${outcome.how})${words}`,
    hint: 'run `curfew daemon` to see all it says',
  }
}
