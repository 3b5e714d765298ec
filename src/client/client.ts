import { PROTOCOL } from '../contract/protocol.ts'
import type { VerbInputs, VerbName, VerbOutputs } from '../contract/verbs.ts'
import { ProblemError } from '../domain/problem.ts'
import { checkHome } from '../host/home.ts'
import type { Paths } from '../host/paths.ts'
import type { DaemonCommand } from '../host/spawn-daemon.ts'
import { type CallResult, callDaemon } from './call.ts'
import { startDaemon } from './start-daemon.ts'
import { stopDaemon } from './stop-daemon.ts'

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
  ): Promise<VerbOutputs[Name] | undefined>
  /** Asks shortly; undefined when nobody answers, for whatever reason. */
  peek<Name extends VerbName>(
    name: Name,
    input: VerbInputs[Name],
  ): Promise<VerbOutputs[Name] | undefined>
  /** Asks, and starts the daemon first if there is none. For verbs that change something. */
  demand<Name extends VerbName>(name: Name, input: VerbInputs[Name]): Promise<VerbOutputs[Name]>
  start(): Promise<'started' | 'running'>
  stop(why: string): Promise<{ stopped: false } | { stopped: true; pid: number }>
}

export function createClient(options: ClientOptions): Client {
  const { paths } = options
  const { socket } = paths

  async function call<Name extends VerbName>(
    name: Name,
    input: VerbInputs[Name],
  ): Promise<CallResult<Name>> {
    const answer = await callDaemon(name, input, { socket })
    if (answer.kind !== 'skew') return answer
    await meetOtherVersion(answer.theirs, answer.version)
    return callDaemon(name, input, { socket })
  }

  /** A newer client replaces an idle daemon; an older one says what to do. */
  async function meetOtherVersion(theirs: number, version: string): Promise<void> {
    const hello = await callDaemon('hello', {}, { socket })
    const idle = hello.kind === 'ok' && hello.value.idle
    if (theirs > PROTOCOL || !idle) throw new ProblemError(skewProblem(theirs, version))
    await stopDaemon(paths, 'a newer curfew takes over')
    await startDaemon(options.command, paths, options.environment)
  }

  async function ask<Name extends VerbName>(
    name: Name,
    input: VerbInputs[Name],
  ): Promise<VerbOutputs[Name] | undefined> {
    checkHome(paths)
    const answer = await call(name, input)
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
    if ((await ask('hello', {})) !== undefined) return 'running'
    await startDaemon(options.command, paths, options.environment)
    return 'started'
  }

  async function demand<Name extends VerbName>(
    name: Name,
    input: VerbInputs[Name],
  ): Promise<VerbOutputs[Name]> {
    const first = await ask(name, input)
    if (first !== undefined) return first
    if (!(await options.mayStart())) throw new ProblemError(NO_DAEMON)
    await startDaemon(options.command, paths, options.environment)
    const second = await ask(name, input)
    if (second !== undefined) return second
    throw new ProblemError({
      kind: 'failed',
      message: 'the daemon left as soon as it was ready',
      hint: '`curfew events`',
    })
  }

  return { ask, peek, demand, start, stop: (why) => stopDaemon(paths, why) }
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
