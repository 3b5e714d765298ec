import type { StartedView } from '../../contract/shapes.ts'
import type { Define } from '../command-table.ts'
import type { CommonOptions, Shell } from '../shell.ts'
import { whoAnswers } from '../who-answers.ts'

export const defineStart: Define = (program, shell) => {
  program
    .command('start')
    .summary('start the daemon in the background; returns when it is ready')
    .description(
      'Starts the daemon in the background and returns when it answers. One that runs already is left alone.',
    )
    .option('--json', 'print who answers as JSON (`curfew schema started`)')
    .addHelpText('after', EXAMPLES)
    .action(shell.run((options) => startInBackground(shell, options)))
}

export async function startInBackground(shell: Shell, options: CommonOptions): Promise<number> {
  const { client } = shell.open(options)
  const outcome = await client.start()
  const hello = await whoAnswers(client)
  const said = outcome === 'started' ? 'is awake' : 'was awake already'
  if (options.json === true)
    shell.out(`${JSON.stringify({ outcome, ...hello } satisfies StartedView)}\n`)
  else shell.note(`curfew ${said} (process ${hello.pid})`)
  return 0
}

const EXAMPLES = `
Examples:
  curfew start
  curfew start --home ~/try     a home of its own

What a daemon says while it starts comes to this terminal; later it is in its log (\`curfew paths\`).`
