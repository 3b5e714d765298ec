import type { Define } from '../command-table.ts'

export const defineStop: Define = (program, shell) => {
  program
    .command('stop')
    .summary('end the daemon; returns when it is gone')
    .description(
      'Asks the daemon to finish what is in hand and leave; returns when its process is gone.',
    )
    .option('--json', 'print the outcome as JSON (`curfew schema stopped`)')
    .addHelpText('after', EXAMPLES)
    .action(
      shell.run(async (options) => {
        const outcome = await shell.open(options).client.stop('curfew stop')
        if (options.json === true) shell.out(`${JSON.stringify(outcome)}\n`)
        else
          shell.note(
            outcome.stopped ? `curfew has left (process ${outcome.pid})` : 'no daemon was running',
          )
        return 0
      }),
    )
}

const EXAMPLES = `
Examples:
  curfew stop && echo gone

With no daemon there is nothing to do, which is a success too.`
