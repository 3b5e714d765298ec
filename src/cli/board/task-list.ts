import { type Command, InvalidArgumentError } from 'commander'
import type { TasksInput, TaskView } from '../../contract/boards.ts'
import { given } from '../../domain/given.ts'
import { didYouMean } from '../../domain/nearest.ts'
import { TASK_STATUSES, type TaskStatus } from '../../domain/task.ts'
import { systemClock } from '../../host/clock.ts'
import { parseId, parseLimit } from '../arguments.ts'
import { columns } from '../columns.ts'
import type { CommonOptions, Shell } from '../shell.ts'
import { ofBoard } from './board-named.ts'
import { readTasks, readTasksById } from './read-board.ts'
import { renderTask } from './render-task.ts'
import { renderTasks } from './render-tasks.ts'

interface ListOptions extends CommonOptions, Omit<TasksInput, 'list'> {
  readonly limit: number
}

export function defineList(task: Command, shell: Shell): void {
  task
    .command('list')
    .summary('which there are')
    .description(
      'Lists tasks, newest first; those that are ready in the order in which they would be claimed. With no daemon it reads what the last one left.',
    )
    .argument('<list>', 'which board')
    .option('--status <STATUS>', `only these: ${TASK_STATUSES.join(', ')}`, readStatus)
    .option('--owner <NAME>', 'only those of that owner')
    .option('--ready', 'only those that could be claimed now')
    .option('--internal', 'also those that programs keep for themselves')
    .option('--archived', 'only those that were put away')
    .option('-n, --limit <N>', 'how many', parseLimit, 100)
    .option('--before <ID>', 'only tasks before this one', parseId)
    .option('--json', 'print them as JSON (`curfew schema tasks`)')
    .addHelpText('after', EXAMPLES)
    .action(
      shell.run(async (options: ListOptions, list: string) => {
        const tasks = await listed(shell, options, list)
        if (options.json === true) shell.out(`${JSON.stringify(tasks)}\n`)
        else if (tasks.length === 0) shell.note('there are no such tasks')
        else shell.out(renderTasks(tasks, systemClock.wallMs(), columns()))
        return 0
      }),
    )
}

function listed(shell: Shell, options: ListOptions, list: string): Promise<TaskView[]> {
  const { status, owner, ready, internal, archived, limit, before } = options
  const query = given({ list, status, owner, ready, internal, archived, limit, before })
  const house = shell.open(options)
  return ofBoard(house, list, () => readTasks(house, query))
}

export function defineShow(task: Command, shell: Shell): void {
  task
    .command('show')
    .summary('all there is to tell of one')
    .description('Shows one task: what there is to do, who does it, what it waits for.')
    .argument('<list>', 'which board')
    .argument('<id>', 'which task', parseId)
    .option('--json', 'print it as JSON (`curfew schema task`)')
    .addHelpText('after', SHOW_EXAMPLES)
    .action(
      shell.run(async (options: CommonOptions, list: string, id: number) => {
        const house = shell.open(options)
        const [found] = await ofBoard(house, list, () => readTasksById(house, list, [id]))
        if (options.json === true) shell.out(`${JSON.stringify(found)}\n`)
        else if (found !== undefined) shell.out(renderTask(found, systemClock.wallMs()))
        return 0
      }),
    )
}

export function readStatus(text: string): TaskStatus {
  const status = TASK_STATUSES.find((each) => each === text.replace('-', '_'))
  if (status !== undefined) return status
  throw new InvalidArgumentError(
    `expected one of ${TASK_STATUSES.join(', ')}${didYouMean(text, TASK_STATUSES)}`,
  )
}

const EXAMPLES = `
Examples:
  curfew task list garden
  curfew task list garden --ready
  curfew task list garden --status in_progress --owner alice
  curfew task list garden --json | jq -r '.[] | select(.metadata.bed == "3") | .subject'`

const SHOW_EXAMPLES = `
Examples:
  curfew task show garden 3
  curfew task show garden 3 --json | jq -r .description`
