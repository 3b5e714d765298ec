import { isEndedStatus } from '../../domain/job.ts'
import { printableLine } from '../../domain/printable.ts'
import { ProblemError } from '../../domain/problem.ts'
import type { Define } from '../command-table.ts'
import { collectIds } from '../job-ids.ts'
import { untilEnded } from '../read-jobs.ts'
import { jobLine } from '../render-job.ts'
import { sessionOf } from '../session-of.ts'
import type { CommonOptions, Shell } from '../shell.ts'
import { codeOf } from '../wait-code.ts'

interface WaitOptions extends CommonOptions {
  readonly timeout?: string
  readonly session?: string
}

export const defineWait: Define = (program, shell) => {
  program
    .command('wait')
    .summary('wait for jobs to end, or for what a session is owed')
    .description(
      'Returns when all of the jobs have ended, also across a restart of the daemon. Ends with the first code that is not 0, in the order given: 128 + the signal where one ended it, 124 timed out, 125 outcome unknown, 127 could not be started. Without jobs it waits until the session is owed something, prints it, and says that it was heard.',
    )
    .argument('[ids...]', 'which jobs', collectIds)
    .option('--session <ID>', 'wait for what this session is owed (default: CURFEW_SESSION)')
    .option('--timeout <DURATION>', 'wait no longer than that; the code is then 124')
    .option('--json', 'print the jobs as JSON (`curfew schema wait`)')
    .addHelpText('after', EXAMPLES)
    .action(
      shell.run(async (options: WaitOptions, ids: number[] = []) => {
        const timeoutMs = await limitOf(options)
        if (ids.length === 0) return waitForSession(shell, options, timeoutMs)
        if (options.session !== undefined) throw new ProblemError(NOT_BOTH)
        const view = await untilEnded(shell, shell.open(options), ids, { timeoutMs })
        if (options.json === true) shell.out(`${JSON.stringify(view)}\n`)
        else for (const job of view.jobs) shell.note(`curfew: ${jobLine(job)}`)
        const open = view.jobs.filter(({ status }) => !isEndedStatus(status))
        if (open.length > 0 && options.json !== true) {
          const ids = open.map(({ id }) => id).join(', ')
          const these = open.length === 1 ? `job ${ids} has` : `jobs ${ids} have`
          shell.note(`curfew: the time is over, and ${these} not ended`)
        }
        return codeOf(view.jobs)
      }),
    )
}

async function waitForSession(
  shell: Shell,
  options: WaitOptions,
  timeoutMs: number | undefined,
): Promise<number> {
  const session = sessionOf(shell, options)
  if (session === undefined) throw new ProblemError(NOBODY)
  const { tellSession } = await import('../wait-for-session.ts')
  const house = shell.open(options)
  const code = await tellSession(shell, house, session, { json: options.json === true, timeoutMs })
  if (code !== 0 && options.json !== true) {
    const shown = printableLine(session, 200)
    shell.note(`curfew: the time is over, and session ${shown} is owed nothing`)
  }
  return code
}

const NOT_BOTH = {
  kind: 'usage',
  message: 'expected either jobs or a session, not both',
  hint: '`curfew wait --help` shows examples',
} as const

const NOBODY = {
  kind: 'usage',
  message: 'expected the ids of jobs, or a session',
  hint: 'give --session, or set CURFEW_SESSION',
} as const

async function limitOf({ timeout }: WaitOptions): Promise<number | undefined> {
  if (timeout === undefined) return undefined
  const { requireDuration } = await import('../../offline/duration.ts')
  return requireDuration(timeout)
}

const EXAMPLES = `
Examples:
  curfew wait 12 && echo all is well
  curfew wait 12 13 14
  curfew wait 12,13 --timeout 10m
  curfew wait --session "$ID"      the next job of that session to end
  id=$(curfew run -- make) && curfew wait "$id"`
