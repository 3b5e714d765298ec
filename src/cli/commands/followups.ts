import { type Command, InvalidArgumentError } from 'commander'
import type { FollowUpsInput, FollowUpView } from '../../contract/follow-ups.ts'
import { FOLLOW_UP_STATES, type FollowUpState } from '../../domain/follow-up.ts'
import { given } from '../../domain/given.ts'
import { didYouMean } from '../../domain/nearest.ts'
import { ProblemError } from '../../domain/problem.ts'
import { parseId, parseLimit } from '../arguments.ts'
import type { Define } from '../command-table.ts'
import { collectIds } from '../job-ids.ts'
import { renderFollowUps } from '../render-follow-ups.ts'
import { sessionOf } from '../session-of.ts'
import type { CommonOptions, House, Shell } from '../shell.ts'

interface ListOptions extends CommonOptions {
  readonly session?: string
  readonly allSessions?: boolean
  readonly state: FollowUpState
  readonly limit: number
  readonly before?: number
}

interface TestOptions extends CommonOptions {
  readonly session?: string
  readonly preset?: string
}

export const defineFollowUps: Define = (program, shell) => {
  const followUps = program
    .command('followups')
    .summary('what an agent has not yet been told')
    .description(
      'Lists what sessions are owed: how their jobs ended. With no daemon it reads what the last one left.',
    )
    .option('--session <ID>', 'only what that session is owed (default: CURFEW_SESSION)')
    .option('--all-sessions', 'what anybody is owed, whatever CURFEW_SESSION says')
    .option('--state <STATE>', `one of ${FOLLOW_UP_STATES.join(', ')}`, readState, 'pending')
    .option('-n, --limit <N>', 'how many', parseLimit, 100)
    .option('--before <ID>', 'only those before this one', parseId)
    .option('--json', 'print them as JSON (`curfew schema followups`)')
    .addHelpText('after', EXAMPLES)
    .action(shell.run((options: ListOptions) => list(shell, options)))
  defineRetry(followUps, shell)
  defineTest(followUps, shell)
}

async function list(shell: Shell, options: ListOptions): Promise<number> {
  const { limit, before, state, allSessions } = options
  const session = allSessions === true ? undefined : sessionOf(shell, options)
  const query = given({ session, state, limit, before })
  const found = await readFollowUps(shell.open(options), query)
  if (options.json === true) shell.out(`${JSON.stringify(found)}\n`)
  else if (found.length === 0) shell.note('nobody is owed anything like that')
  else shell.out(renderFollowUps(found))
  return 0
}

async function readFollowUps(
  { client, paths }: House,
  query: FollowUpsInput & { readonly state: FollowUpState; readonly limit: number },
): Promise<FollowUpView[]> {
  const live = await client.ask('followups', query)
  if (live !== undefined) return live
  const { offlineFollowUps } = await import('../../offline/follow-ups.ts')
  const { before, ...rest } = query
  return offlineFollowUps(paths, { ...rest, ...given({ beforeId: before }) })
}

function defineRetry(followUps: Command, shell: Shell): void {
  followUps
    .command('retry')
    .summary('hand them over again')
    .description('Hands follow-ups over again, from the first try on, also those given up.')
    .argument('<ids...>', 'follow-ups, or their jobs', collectIds)
    .option('--json', 'print the outcome as JSON (`curfew schema followups-retried`)')
    .addHelpText(
      'after',
      '\nExamples:\n  curfew followups --state given_up\n  curfew followups retry 12',
    )
    .action(
      shell.run(async (options, ids: number[]) => {
        const view = await shell.open(options).client.demand('followup_retry', { ids })
        if (options.json === true) shell.out(`${JSON.stringify(view)}\n`)
        else shell.note(`curfew: ${sayCount(view.retried.length)} will be handed over again`)
        return 0
      }),
    )
}

function defineTest(followUps: Command, shell: Shell): void {
  followUps
    .command('test')
    .summary('show what would be run, without running it')
    .description(
      'Prints the exact argv, as JSON, that would be run for a job that has just ended in this folder, or the address that would be called. Nothing is run or called.',
    )
    .option('--preset <NAME>', 'claude, codex or opencode (default: what the config says)')
    .option('--session <ID>', 'the session to tell (default: CURFEW_SESSION)')
    .option('--json', 'print way and folder too (`curfew schema follow-up-trial`)')
    .addHelpText('after', '\nExamples:\n  curfew followups test --preset claude --session "$ID"')
    .action(
      shell.run(async (options: TestOptions) => {
        const session = sessionOf(shell, options)
        if (session === undefined) throw new ProblemError(NO_SESSION)
        const { tryFollowUp } = await import('../../offline/try-follow-up.ts')
        const { paths } = shell.open(options)
        const asked = { session, cwd: process.cwd(), ...given({ preset: options.preset }) }
        const tried = await tryFollowUp(paths, shell.environment, asked)
        if (options.json === true) shell.out(`${JSON.stringify(tried)}\n`)
        else if (tried.way === 'command') shell.out(`${JSON.stringify(tried.argv)}\n`)
        else shell.out(`POST ${tried.address}\n`)
        if (tried.way === 'command' && tried.problem !== null)
          shell.note(`curfew: ${tried.problem}`)
        return 0
      }),
    )
}

const NO_SESSION = {
  kind: 'usage',
  message: 'no session is named',
  hint: 'give --session, or set CURFEW_SESSION',
} as const

function sayCount(count: number): string {
  return count === 1 ? 'one follow-up' : `${count} follow-ups`
}

function readState(text: string): FollowUpState {
  const state = FOLLOW_UP_STATES.find((each) => each === text)
  if (state !== undefined) return state
  throw new InvalidArgumentError(
    `expected one of ${FOLLOW_UP_STATES.join(', ')}${didYouMean(text, FOLLOW_UP_STATES)}`,
  )
}

const EXAMPLES = `
Examples:
  curfew followups --session "$ID"
  curfew ack 12                        the session has heard of it
  curfew wait --session "$ID"          returns when there is something to tell
  curfew followups --state given_up
  curfew followups test --preset codex --session "$ID"`
