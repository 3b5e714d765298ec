import type { Define } from '../command-table.ts'

export const defineWake: Define = (program, shell) => {
  program
    .command('wake')
    .summary('wake the house')
    .description(
      'Wakes the house from any state; starts the daemon if none runs. Chores that run are interrupted.',
    )
    .option('--json', 'print the state as JSON')
    .addHelpText('after', EXAMPLES)
    .action(
      shell.run(async (options) => {
        const status = await shell.open(options).client.demand('wake', {})
        if (options.json === true) shell.out(`${JSON.stringify(status)}\n`)
        else shell.note(`${status.state}: ${status.reason}`)
        return 0
      }),
    )
}

const EXAMPLES = `
Examples:
  curfew wake

A program that cannot run curfew puts a file into \`wake/\` of the home instead (\`curfew paths\`).`
