import { printableLine } from '../../domain/printable.ts'
import type { Define } from '../command-table.ts'

export const defineSession: Define = (program, shell) => {
  const session = program
    .command('session')
    .summary('say that a session will not come back')
    .description('Words about sessions: the agents that jobs were started by.')
    .addHelpText('after', '\nExamples:\n  curfew session end "$ID"')
  session
    .command('end')
    .summary('it will not come back')
    .description(
      'Settles what a session is owed, now and later: nobody waits to hear of its jobs any more. Submitting a job in its name brings it back.',
    )
    .argument('<id>', 'which session')
    .option('--json', 'print the outcome as JSON (`curfew schema session-end`)')
    .addHelpText('after', '\nExamples:\n  curfew session end "$ID"')
    .action(
      shell.run(async (options, id: string) => {
        const view = await shell.open(options).client.demand('session_end', { session: id })
        if (options.json === true) shell.out(`${JSON.stringify(view)}\n`)
        else
          shell.note(
            `curfew: session ${printableLine(id)} has ended; follow-ups settled: ${view.settled.length}`,
          )
        return 0
      }),
    )
}
