import type { Command } from 'commander'
import { type OwnName, requireName } from '../../client/own-name.ts'
import type { ClaimView } from '../../contract/boards.ts'
import { ProblemError } from '../../domain/problem.ts'
import { parseId } from '../arguments.ts'
import type { House, Shell } from '../shell.ts'
import { misnamed } from './board-named.ts'
import { sayClaim } from './say-claim.ts'
import { AS, type WhoOptions } from './who.ts'

interface ClaimOptions extends WhoOptions {
  readonly next?: boolean
  /** True where no time is given. */
  readonly wait?: string | true
}

export function defineClaim(task: Command, shell: Shell): void {
  task
    .command('claim')
    .summary('take one for yourself; prints its id')
    .description(
      'Takes a task: that one, or the next that is ready, by priority and then age. Exactly one of all that try gets it. It is yours until you say `task done` or `task release`, or your lease is over (`task renew`), or the wrapper you live under is gone. Prints the id. Ends with 0 when it is yours, 4 when there is no such task or nothing left, 5 when somebody else has it, it is completed or blocked, or you hold as many as you may.',
    )
    .argument('<list>', 'which board')
    .argument('[id]', 'which task', parseId)
    .option('--next', 'the first that is ready')
    .option(
      '--wait [DURATION]',
      'with --next: wait for one to be ready, as long as others are at work',
    )
    .option(...AS)
    .option('--json', 'print the outcome as JSON (`curfew schema claim`)')
    .addHelpText('after', EXAMPLES)
    .action(
      shell.run(async (options: ClaimOptions, list: string, id: number | undefined) => {
        if ((id === undefined) !== (options.next === true)) throw new ProblemError(NOT_ONE)
        if (options.wait !== undefined && options.next !== true) throw new ProblemError(ONLY_NEXT)
        const who = requireName(shell.environment, options.as)
        const house = shell.open(options)
        const outcome = await claim(house, list, id, options, who)
        return tell(shell, house, options, list, outcome)
      }),
    )
}

async function claim(
  { client, paths }: House,
  list: string,
  id: number | undefined,
  options: ClaimOptions,
  who: OwnName,
): Promise<ClaimView> {
  if (id !== undefined) {
    return client.demand('task_claim', { list, id, ...who, ticket: crypto.randomUUID() })
  }
  const { claimNext } = await import('../../client/claim-next.ts')
  return claimNext(client, paths, { list, ...who }, await waitMsOf(options))
}

async function waitMsOf({ wait }: ClaimOptions): Promise<number> {
  if (wait === undefined) return 0
  if (wait === true) return Infinity
  const { requireDuration } = await import('../../offline/duration.ts')
  return requireDuration(wait)
}

async function tell(
  shell: Shell,
  house: House,
  options: ClaimOptions,
  list: string,
  outcome: ClaimView,
): Promise<number> {
  if (options.json === true) shell.out(`${JSON.stringify(outcome)}\n`)
  else if (outcome.kind === 'ok') shell.out(`${outcome.task.id}\n`)
  const code = outcome.kind === 'ok' ? 0 : outcome.kind === 'not_found' ? 4 : 5
  if (options.json !== true) {
    const wrong = outcome.kind === 'not_found' ? await misnamed(house, list) : undefined
    shell.note(`curfew: ${wrong?.problem.message ?? sayClaim(outcome, options.next === true)}`)
  }
  return code
}

const NOT_ONE = {
  kind: 'usage',
  message: 'expected either the id of a task or --next',
  hint: '`curfew task claim L 3`, or `curfew task claim L --next`',
} as const

const ONLY_NEXT = {
  kind: 'usage',
  message: '--wait goes with --next',
  hint: '`curfew task claim L --next --wait 10m`',
} as const

const EXAMPLES = `
Examples:
  curfew task claim garden 3 --as alice
  id=$(curfew task claim garden --next) && echo "working on $id"
  curfew task claim garden --next --json | jq -r .task.subject
  while id=$(curfew task claim garden --next --wait); do
    ./work-on "$id" && curfew task done garden "$id" || curfew task release garden "$id"
  done`
