import { basename } from 'node:path'
import { lookAt, type PartialIdentity, selfIdentity } from '../host/identity.ts'
import { resolvePaths } from '../host/paths.ts'
import { runAttended } from '../host/run-attended.ts'
import { newUuid, startHeartbeat } from './heartbeat.ts'

export interface AttendCommandOptions {
  readonly home?: string | undefined
  /** The command's name when left out. */
  readonly label?: string | undefined
  /** `CURFEW_SESSION`, else a session of its own. */
  readonly session?: string | undefined
  /** Output of the command is activity, and without any it counts as idle. */
  readonly activityOnOutput?: boolean | undefined
  readonly refreshMs?: number | undefined
  readonly ensureDaemon?: (() => unknown) | undefined
  /** Gets one line when the command cannot be run. */
  readonly complain: (line: string) => void
}

/**
 * Runs a command as a wrapper and resolves with its exit code. The heartbeat names the command's own
 * process: it is an orphan as soon as that is gone, and only stale when we, who refresh it, were killed.
 */
export async function attendCommand(
  options: AttendCommandOptions,
  argv: readonly [string, ...string[]],
): Promise<number> {
  const { home, activityOnOutput = false, complain, ...rest } = options
  const paths = resolvePaths(home, process.env)
  const uuid = newUuid()
  const session = nonEmpty(options.session) ?? nonEmpty(process.env.CURFEW_SESSION) ?? uuid
  const label = options.label ?? basename(argv[0])
  const own = { CURFEW_HOME: paths.home, CURFEW_SESSION: session, CURFEW_WRAPPER: uuid }
  const described = { ...rest, paths, uuid, session, label, tellsActivity: activityOnOutput }
  // It is there before the command is, which may at once claim things in its name.
  const beating = startHeartbeat({ ...described, of: selfIdentity() })
  const ending = await runAttended({
    argv,
    env: { ...process.env, ...own },
    onOutput: activityOnOutput ? () => beating.activity() : undefined,
    onStart: (pid) => beating.follow(identityOf(pid)),
    onContinue: () => beating.refresh(),
    onEnd: () => beating.leave(),
  })
  beating.leave()
  if (ending.reason !== undefined) complain(ending.reason)
  return ending.code
}

function identityOf(pid: number): PartialIdentity {
  const look = lookAt(pid)
  if (look.state !== 'alive') return { pid }
  return { pid, processStart: look.processStart, bootId: selfIdentity().bootId }
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === '' ? undefined : text
}
