import type { Define } from '../command-table.ts'

export const defineRestart: Define = (program, shell) => {
  program
    .command('restart')
    .summary('end the daemon and start a fresh one')
    .description('Ends the daemon if one runs and starts one of this version.')
    .option('--json', 'print who answers now as JSON')
    .addHelpText('after', EXAMPLES)
    .action(
      shell.run(async (options) => {
        const { client } = shell.open(options)
        await client.stop('curfew restart')
        await client.start()
        const hello = await client.ask('hello', {})
        if (options.json === true) shell.out(`${JSON.stringify(hello)}\n`)
        else shell.note(`curfew is awake (process ${hello?.pid})`)
        return 0
      }),
    )
}

const EXAMPLES = `
Examples:
  curfew restart      after an upgrade`
