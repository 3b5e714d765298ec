import type { Define } from '../command-table.ts'
import type { CommonOptions } from '../shell.ts'

interface BedtimeOptions extends CommonOptions {
  readonly force?: boolean
}

export const defineBedtime: Define = (program, shell) => {
  program
    .command('bedtime')
    .summary('send the house to bed now')
    .description(
      'Sends the house to bed without waiting for it to be idle: chores run, then it sleeps. Refused while somebody is awake or something runs.',
    )
    .option('--force', 'whoever is awake and whatever runs')
    .option('--json', 'print the state as JSON')
    .addHelpText('after', EXAMPLES)
    .action(
      shell.run(async (options: BedtimeOptions) => {
        const { client } = shell.open(options)
        const status = await client.demand('bedtime', { force: options.force === true })
        if (options.json === true) shell.out(`${JSON.stringify(status)}\n`)
        else shell.note(`${status.state}: ${status.reason}`)
        return 0
      }),
    )
}

const EXAMPLES = `
Examples:
  curfew bedtime
  curfew bedtime --force

Whoever acts next wakes it again.`
