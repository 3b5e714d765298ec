import type { Command } from 'commander'
import type { NewTask, TaskView } from '../../contract/boards.ts'
import { ownName } from '../../client/own-name.ts'
import { given } from '../../domain/given.ts'
import { printableLine } from '../../domain/printable.ts'
import { ProblemError } from '../../domain/problem.ts'
import { sessionOf } from '../session-of.ts'
import type { CommonOptions, Shell } from '../shell.ts'
import { addContent, type ContentOptions, contentOf } from './task-content.ts'
import { AS, type WhoOptions } from './who.ts'

interface AddOptions extends CommonOptions, WhoOptions, ContentOptions {
  readonly from?: string
}

export function defineAdd(task: Command, shell: Shell): void {
  addContent(
    task
      .command('add')
      .summary('add one, or many from JSON; prints the ids')
      .description(
        'Adds a task and prints its id. The board comes into being with its first task. Many at once come as JSON, a list of objects with `subject` and, where wanted, `description`, `active_form`, `priority`, `owner`, `metadata`, `blocked_by` and `blocks`: all of them or none, with ids in a row. `blocked_by` and `blocks` may name others of the list as "#N", the Nth.',
      )
      .argument('<list>', 'which board')
      .argument('[subject]', 'what there is to do, on one line'),
  )
    .option('--from <FILE>', 'add what this file says as JSON; "-": what is read from stdin')
    .option(...AS)
    .option('--json', 'print the tasks as JSON (`curfew schema tasks-added`)')
    .addHelpText('after', EXAMPLES)
    .action(
      shell.run(async (options: AddOptions, list: string, subject: string | undefined) => {
        const tasks = await tasksOf(subject, options)
        const who = ownName(shell.environment, options.as)
        const house = shell.open(options)
        const added = await namingItems(options, () =>
          house.client.demand('task_add', {
            list,
            tasks,
            ticket: crypto.randomUUID(),
            ...given({ as: who?.as, wrapper: who?.wrapper, session: sessionOf(shell, {}) }),
          }),
        )
        if (options.json === true) shell.out(`${JSON.stringify(added)}\n`)
        else tellAdded(shell, added.tasks)
        return 0
      }),
    )
}

/** Only the first of all tasks of a board has the id 1: a mistyped name shows by that. */
function tellAdded(shell: Shell, tasks: readonly TaskView[]): void {
  shell.out(tasks.map(({ id }) => `${id}\n`).join(''))
  const [first] = tasks
  if (first?.id === 1) shell.note(`curfew: board "${printableLine(first.list, 80)}" begins with it`)
}

/** A field of a batch is told by the place that "#N" means; where there is but one task, by its name alone. */
async function namingItems<Answer>(
  { from }: AddOptions,
  ask: () => Promise<Answer>,
): Promise<Answer> {
  try {
    return await ask()
  } catch (error) {
    if (!(error instanceof ProblemError) || error.problem.kind !== 'usage') throw error
    const message = error.problem.message.replace(/^tasks\.(\d+)(?:\.|: )/, (_, at: string) =>
      from === undefined ? '' : `#${Number(at) + 1}: `,
    )
    throw new ProblemError({ ...error.problem, message }, error)
  }
}

async function tasksOf(
  subject: string | undefined,
  options: AddOptions,
): Promise<readonly NewTask[]> {
  if ((subject === undefined) === (options.from === undefined)) throw new ProblemError(NOT_ONE)
  if (subject !== undefined) return [{ subject, ...contentOf(options) }]
  if (Object.keys(contentOf(options)).length > 0) throw new ProblemError(IN_FILE)
  const { readJsonFrom } = await import('../../offline/read-json.ts')
  const read = await readJsonFrom(options.from ?? '-')
  return (Array.isArray(read) ? read : [read]) as NewTask[]
}

const NOT_ONE = {
  kind: 'usage',
  message: 'expected either a subject or --from',
  hint: '`curfew task add L "what there is to do"`, or `curfew task add L --from tasks.json`',
} as const

const IN_FILE = {
  kind: 'usage',
  message: 'what --from reads says everything itself',
  hint: 'write the other options into the file',
} as const

const EXAMPLES = `
Examples:
  curfew task add garden "dig the beds"
  id=$(curfew task add garden "sow the beans" --blocked-by 1 --priority 5)
  curfew task add garden "water" --description "Twice a day." --meta bed=3 --meta litres:=20
  curfew task add garden --from plan.json
  echo '[{"subject": "dig"}, {"subject": "sow", "blocked_by": ["#${1}"]}]' | curfew task add garden --from -`
