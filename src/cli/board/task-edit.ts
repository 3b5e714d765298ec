import type { Command } from 'commander'
import type { TaskStatus } from '../../domain/task.ts'
import { requireName } from '../../client/own-name.ts'
import { given } from '../../domain/given.ts'
import { ProblemError } from '../../domain/problem.ts'
import { parseId } from '../arguments.ts'
import { collectIds } from '../job-ids.ts'
import type { Shell } from '../shell.ts'
import { ofBoard } from './board-named.ts'
import { addContent, type ContentOptions, contentOf } from './task-content.ts'
import { readStatus } from './task-list.ts'
import { tellChanged } from './tell-changed.ts'
import { AS, type WhoOptions } from './who.ts'

interface EditOptions extends WhoOptions, ContentOptions {
  readonly subject?: string
  readonly unblock?: readonly number[]
  readonly status?: TaskStatus
  readonly version?: number
  readonly force?: boolean
}

export function defineEdit(task: Command, shell: Shell): void {
  const command = task
    .command('edit')
    .summary('change what they say')
    .description(
      'Changes tasks, all of them or none, and says what is really different then. What is not named stays as it is; an empty text takes away what was there. Anybody may say more of one; status and owner are its owner’s to change.',
    )
    .argument('<list>', 'which board')
    .argument('<ids...>', 'which tasks', collectIds)
    .option('--subject <TEXT>', 'what there is to do, on one line')
  addContent(command)
    .option('--unblock <ID,…>', 'it no longer waits for these', collectIds)
    .option('--status <STATUS>', 'as the command for it would do', readStatus)
    .option('--version <N>', 'only if it is still at this version', parseId)
    .option('--force', 'also when it is somebody else’s; the event says so')
    .option(...AS)
    .option('--json', 'print the tasks as JSON (`curfew schema tasks-changed`)')
    .addHelpText('after', EXAMPLES)
    .action(
      shell.run(async (options: EditOptions, list: string, ids: number[]) => {
        const { subject, unblock, status, version, force } = options
        const change = { ...contentOf(options), ...given({ subject, unblock, status }) }
        if (Object.keys(change).length === 0) throw new ProblemError(NOTHING)
        const who = requireName(shell.environment, options.as)
        const house = shell.open(options)
        const input = { list, ids, ...change, ...given({ version, force }), ...who }
        const changed = await ofBoard(house, list, () => house.client.demand('task_edit', input))
        return tellChanged(shell, options, changed)
      }),
    )
}

const NOTHING = {
  kind: 'usage',
  message: 'nothing is named that should change',
  hint: '`curfew task edit --help` shows examples',
} as const

const EXAMPLES = `
Examples:
  curfew task edit garden 3 --subject "sow the runner beans" --priority 10
  curfew task edit garden 3 --blocked-by 1,2
  curfew task edit garden 3 --unblock 1
  curfew task edit garden 3 --meta bed=4 --meta old:=null     null takes a key away
  curfew task edit garden 3 --owner bob                       hand it over
  curfew task edit garden 3 --status pending --version 7      unless it has moved on since`
