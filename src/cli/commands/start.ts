import type { Define } from '../command-table.ts'

export const defineStart: Define = (program, shell) => {
  program
    .command('start')
    .summary('start the daemon in the background; returns when it is ready')
    .description(
      'Starts the daemon in the background and returns when it answers. One that runs already is left alone.',
    )
    .option('--json', 'print what answers as JSON')
    .addHelpText('after', EXAMPLES)
    .action(
      shell.run(async (options) => {
        const { client } = shell.open(options)
        const outcome = await client.start()
        const hello = await client.ask('hello', {})
        if (options.json === true) shell.out(`${JSON.stringify({ outcome, ...hello })}\n`)
        else
          shell.note(
            `curfew ${outcome === 'started' ? 'is awake' : 'was awake already'} (process ${hello?.pid})`,
          )
        return 0
      }),
    )
}

const EXAMPLES = `
Examples:
  curfew start
  curfew start --home ~/try     a home of its own

What a daemon says while it starts comes to this terminal; later it is in its log (\`curfew paths\`).`
