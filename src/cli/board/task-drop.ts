import type { Command } from 'commander'
import { requireName } from '../../client/own-name.ts'
import { given } from '../../domain/given.ts'
import { collectIds } from '../job-ids.ts'
import type { Shell } from '../shell.ts'
import { ofBoard } from './board-named.ts'
import { AS, type WhoOptions } from './who.ts'

interface DropOptions extends WhoOptions {
  readonly force?: boolean
}

export function defineDrop(task: Command, shell: Shell): void {
  task
    .command('drop')
    .summary('delete them for good')
    .description(
      'Deletes tasks and every reference to them, and says which others that touched. Their ids are not given again.',
    )
    .argument('<list>', 'which board')
    .argument('<ids...>', 'which tasks', collectIds)
    .option('--force', 'also what is somebody else’s; the event says so')
    .option(...AS)
    .option('--json', 'print the outcome as JSON (`curfew schema tasks-dropped`)')
    .addHelpText('after', '\nExamples:\n  curfew task drop garden 3\n  curfew task drop garden 3,4')
    .action(
      shell.run(async (options: DropOptions, list: string, ids: number[]) => {
        const who = requireName(shell.environment, options.as)
        const house = shell.open(options)
        const input = { list, ids, ...given({ force: options.force }), ...who }
        const view = await ofBoard(house, list, () => house.client.demand('task_drop', input))
        if (options.json === true) shell.out(`${JSON.stringify(view)}\n`)
        else
          for (const { id, touched } of view) {
            const also = touched.length === 0 ? '' : `; ${touched.join(', ')} no longer refer to it`
            shell.note(`curfew: task ${id} dropped${also}`)
          }
        return 0
      }),
    )
}
