import type { StartedView } from '../../contract/shapes.ts'
import type { Define } from '../command-table.ts'
import { whoAnswers } from '../who-answers.ts'

export const defineRestart: Define = (program, shell) => {
  program
    .command('restart')
    .summary('end the daemon and start a fresh one')
    .description('Ends the daemon if one runs and starts one of this version.')
    .option('--json', 'print who answers now as JSON (`curfew schema started`)')
    .addHelpText('after', EXAMPLES)
    .action(
      shell.run(async (options) => {
        const { client } = shell.open(options)
        await client.stop('curfew restart')
        const outcome = await client.start()
        const view: StartedView = { outcome, ...(await whoAnswers(client)) }
        if (options.json === true) shell.out(`${JSON.stringify(view)}\n`)
        else shell.note(`curfew is awake (process ${view.pid})`)
        return 0
      }),
    )
}

const EXAMPLES = `
Examples:
  curfew restart      after an upgrade`
