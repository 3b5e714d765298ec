import { given } from '../../domain/given.ts'
import { ProblemError } from '../../domain/problem.ts'
import { parseId } from '../arguments.ts'
import type { Define } from '../command-table.ts'
import { addWishes, type WishOptions, wishesOf } from '../job-wishes.ts'
import { ownFolder } from '../own-folder.ts'
import { jobLine } from '../render-job.ts'
import type { CommonOptions } from '../shell.ts'

interface EditOptions extends CommonOptions, WishOptions {
  readonly cwd?: string
}

export const defineEdit: Define = (program, shell) => {
  const command = program
    .command('edit')
    .summary('change a job that still waits')
    .description('Changes a job that has not been started. What is not named stays as it is.')
    .argument('<id>', 'which job', parseId)
    .argument('[command...]', 'another command, after --')
  addWishes(command)
    .option('--cwd <DIR>', 'where it runs')
    .option('--keep-awake', 'keep the machine from idle sleep while it runs')
    .option('--no-keep-awake', 'let the machine sleep')
    .option('--json', 'print the job as JSON (`curfew schema run`)')
    .addHelpText('after', EXAMPLES)
    .action(
      shell.run(async (options: EditOptions, id: number, argv: string[]) => {
        const change = {
          ...wishesOf(options),
          ...given({
            cwd: options.cwd === undefined ? undefined : ownFolder(options.cwd),
            command: argv.length === 0 ? undefined : argv,
          }),
        }
        if (Object.keys(change).length === 0) throw new ProblemError(NOTHING)
        const job = await shell.open(options).client.demand('edit', { id, ...change })
        if (options.json === true) shell.out(`${JSON.stringify(job)}\n`)
        else shell.note(`curfew: ${jobLine(job)}`)
        return 0
      }),
    )
}

const NOTHING = {
  kind: 'usage',
  message: 'nothing is named that should change',
  hint: '`curfew edit --help` shows examples',
} as const

const EXAMPLES = `
Examples:
  curfew edit 12 --priority 10
  curfew edit 12 --after none --delay 0      start it as soon as there is a slot
  curfew edit 12 --group gpu --timeout 2h
  curfew edit 12 -- make -j4 all`
