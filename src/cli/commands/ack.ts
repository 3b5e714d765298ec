import type { Define } from '../command-table.ts'
import { collectIds } from '../job-ids.ts'

export const defineAck: Define = (program, shell) => {
  program
    .command('ack')
    .summary('say that how jobs ended was heard')
    .description('Says that follow-ups were heard: they are not told again. Once is enough.')
    .argument('<ids...>', 'follow-ups, or their jobs', collectIds)
    .option('--json', 'print the outcome as JSON (`curfew schema acknowledged`)')
    .addHelpText('after', '\nExamples:\n  curfew ack 12\n  curfew ack 12,13')
    .action(
      shell.run(async (options, ids: number[]) => {
        const view = await shell.open(options).client.demand('ack', { ids })
        if (options.json === true) shell.out(`${JSON.stringify(view)}\n`)
        return 0
      }),
    )
}
