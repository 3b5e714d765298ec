import type { ChoreView } from '../../contract/shapes.ts'
import { printableLine } from '../../domain/printable.ts'
import type { Define } from '../command-table.ts'
import type { House } from '../shell.ts'

export const defineChores: Define = (program, shell) => {
  const chores = program
    .command('chores')
    .summary("the night's work: last result, progress, quarantine")
    .description(
      'Lists the chores in the order in which they run at night, with how each last ended.',
    )
    .option('--json', 'print them as JSON')
    .addHelpText('after', EXAMPLES)
    .action(
      shell.run(async (options) => {
        const list = await readChores(shell.open(options), shell.environment)
        if (options.json === true) shell.out(`${JSON.stringify(list)}\n`)
        else for (const chore of list) shell.out(render(chore))
        return 0
      }),
    )
  for (const [verb, summary] of VERBS) {
    chores
      .command(verb)
      .summary(summary)
      .description(`${summary[0]?.toUpperCase()}${summary.slice(1)}.`)
      .argument('<name>', 'which chore')
      .option('--json', 'print it as JSON')
      .addHelpText('after', `\nExamples:\n  curfew chores ${verb} store`)
      .action(
        shell.run(async (options, name: string) => {
          const { client } = shell.open(options)
          const chore = await client.demand(verb === 'run' ? 'run_chore' : 'reset_chore', { name })
          shell.out(options.json === true ? `${JSON.stringify(chore)}\n` : render(chore))
          return 0
        }),
      )
  }
}

const VERBS = [
  ['run', 'run one now, at any hour; returns when it is begun or next in line'],
  ['reset', 'lift the quarantine of one and forget its failures'],
] as const

async function readChores(
  { client, paths }: House,
  environment: NodeJS.ProcessEnv,
): Promise<ChoreView[]> {
  const live = await client.ask('chores', {})
  if (live !== undefined) return live
  const { offlineChores } = await import('../../offline/chores.ts')
  return offlineChores(paths, environment)
}

function render({
  name,
  state,
  until,
  outcome,
  detail,
  ended_at,
  failures,
  log,
}: ChoreView): string {
  const last =
    ended_at === null || outcome === 'interrupted'
      ? (outcome ?? 'has not run yet')
      : `${outcome ?? 'ended'} at ${ended_at}`
  const strikes = failures === 0 ? '' : `, ${failures} in a row`
  const more = detail === '' ? '' : `: ${printableLine(detail)}`
  const rest = until === null ? '' : ` until ${until}`
  const where = log === null ? '' : `\n${' '.repeat(17)}output: ${log}`
  return `${name.padEnd(16)} ${state}${rest}, ${last}${strikes}${more}${where}\n`
}

const EXAMPLES = `
Examples:
  curfew chores
  curfew chores run store
  curfew chores reset backup     after mending what failed three times`
