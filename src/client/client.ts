import { PROTOCOL } from '../contract/protocol.ts'
import type { VerbInputs, VerbName, VerbOutputs } from '../contract/verbs.ts'
import { given } from '../domain/given.ts'
import { ProblemError } from '../domain/problem.ts'
import { printableLine } from '../domain/printable.ts'
import { checkHome } from '../host/home.ts'
import type { Paths } from '../host/paths.ts'
import type { DaemonCommand } from '../host/spawn-daemon.ts'
import { type CallResult, callDaemon } from './call.ts'
import type { StopOutcome } from './stop-daemon.ts'

export interface ClientOptions {
  readonly paths: Paths
  readonly command: DaemonCommand
  readonly environment: NodeJS.ProcessEnv
  /** Whether config lets clients start the daemon; asked only when there is none. */
  readonly mayStart: () => Promise<boolean>
}

/** How a door talks to the daemon. */
export interface Client {
  /** Asks; undefined when no daemon runs. For verbs that only read. */
  ask<Name extends VerbName>(
    name: Name,
    input: VerbInputs[Name],
    timeoutMs?: number,
  ): Promise<VerbOutputs[Name] | undefined>
  /** Asks shortly; undefined when nobody answers, for whatever reason. */
  peek<Name extends VerbName>(
    name: Name,
    input: VerbInputs[Name],
  ): Promise<VerbOutputs[Name] | undefined>
  /** Asks, and starts the daemon first if there is none. For verbs that change something. */
  demand<Name extends VerbName>(name: Name, input: VerbInputs[Name]): Promise<VerbOutputs[Name]>
  start(): Promise<'started' | 'running'>
  /** The same, where the config allows it; rejects where it does not. */
  ensure(): Promise<'started' | 'running'>
  stop(why: string): Promise<{ stopped: false } | { stopped: true; pid: number }>
}

export function createClient(options: ClientOptions): Client {
  const { paths } = options
  const { marker, socket } = paths

  async function call<Name extends VerbName>(
    name: Name,
    input: VerbInputs[Name],
    timeoutMs?: number,
  ): Promise<CallResult<Name>> {
    const how = given({ socket, marker, timeoutMs })
    const answer = await callDaemon(name, input, how)
    if (answer.kind !== 'skew') return answer
    await meetOtherVersion(answer.theirs, answer.version)
    return callDaemon(name, input, how)
  }

  /** Starting and stopping load what those who only ask need not wait for. */
  async function launch(): Promise<void> {
    const { startDaemon } = await import('./start-daemon.ts')
    await startDaemon(options.command, paths, options.environment)
  }

  async function stop(why: string): Promise<StopOutcome> {
    const { stopDaemon } = await import('./stop-daemon.ts')
    return stopDaemon(paths, why)
  }

  /** A newer client replaces an idle daemon; an older one says what to do. */
  async function meetOtherVersion(theirs: number, version: string): Promise<void> {
    if (theirs > PROTOCOL) throw new ProblemError(skewProblem(theirs, version))
    const hello = await callDaemon('hello', {}, { socket })
    if (hello.kind === 'problem') throw new ProblemError(hello.problem)
    if (hello.kind === 'no_daemon') return launch()
    // Another client of our version may have been faster.
    if (hello.kind === 'ok' && hello.value.protocol === PROTOCOL) return
    if (hello.kind !== 'ok' || !hello.value.idle) {
      throw new ProblemError(skewProblem(theirs, version))
    }
    await stop('a newer curfew takes over')
    await launch()
  }

  async function ask<Name extends VerbName>(
    name: Name,
    input: VerbInputs[Name],
    timeoutMs?: number,
  ): Promise<VerbOutputs[Name] | undefined> {
    checkHome(paths)
    const answer = await call(name, input, timeoutMs)
    if (answer.kind === 'ok') return answer.value
    if (answer.kind === 'problem') throw new ProblemError(answer.problem)
    return undefined
  }

  async function peek<Name extends VerbName>(
    name: Name,
    input: VerbInputs[Name],
  ): Promise<VerbOutputs[Name] | undefined> {
    const answer = await callDaemon(name, input, { socket, timeoutMs: PEEK_MS })
    return answer.kind === 'ok' ? answer.value : undefined
  }

  async function start(): Promise<'started' | 'running'> {
    const hello = await ask('hello', {})
    if (hello?.protocol === PROTOCOL) return 'running'
    if (hello === undefined) await launch()
    else await meetOtherVersion(hello.protocol, printableLine(hello.version, 32))
    return 'started'
  }

  async function ensure(): Promise<'started' | 'running'> {
    if ((await ask('hello', {})) !== undefined) return 'running'
    if (!(await options.mayStart())) throw new ProblemError(NO_DAEMON)
    return start()
  }

  async function demand<Name extends VerbName>(
    name: Name,
    input: VerbInputs[Name],
  ): Promise<VerbOutputs[Name]> {
    const first = await ask(name, input)
    if (first !== undefined) return first
    if (!(await options.mayStart())) throw new ProblemError(NO_DAEMON)
    await launch()
    const second = await ask(name, input)
    if (second !== undefined) return second
    throw new ProblemError({
      kind: 'failed',
      message: 'the daemon left as soon as it was ready',
      hint: '`curfew events`',
    })
  }

  return { ask, peek, demand, start, ensure, stop }
}

const PEEK_MS = 2_000

const NO_DAEMON = {
  kind: 'no_daemon',
  message: 'no daemon runs, and the config forbids starting one (autostart)',
  hint: 'run `curfew start`',
} as const

function skewProblem(theirs: number, version: string): ProblemError['problem'] {
  const which = theirs > PROTOCOL ? 'newer' : 'older'
  const hint =
    theirs > PROTOCOL
      ? 'upgrade this curfew, or run the newer one'
      : 'it is busy; run `curfew restart` when that is no harm'
  return {
    kind: 'refused',
    message: `the daemon (version ${version}, protocol ${theirs}) is ${which} than this curfew (protocol ${PROTOCOL})`,
    hint,
  }
}
