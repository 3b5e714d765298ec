import type { Define } from '../command-table.ts'
import { defineAdd } from '../board/task-add.ts'
import { defineClaim } from '../board/task-claim.ts'
import { defineDrop } from '../board/task-drop.ts'
import { defineEdit } from '../board/task-edit.ts'
import { defineList, defineShow } from '../board/task-list.ts'
import { defineMoves } from '../board/task-moves.ts'

export const defineTask: Define = (program, shell) => {
  const task = program
    .command('task')
    .summary('work on a shared board: add, claim, finish')
    .description(
      'Tasks of a board that many agents share: each is claimed by exactly one of them. Say who you are with --as NAME, or once and for all with CURFEW_AGENT.',
    )
    .addHelpText('after', EXAMPLES)
  defineAdd(task, shell)
  defineList(task, shell)
  defineShow(task, shell)
  defineClaim(task, shell)
  defineMoves(task, shell)
  defineEdit(task, shell)
  defineDrop(task, shell)
}

const EXAMPLES = `
Examples:
  curfew task add garden "dig the beds"
  curfew task add garden "sow the beans" --blocked-by 1
  export CURFEW_AGENT=alice
  id=$(curfew task claim garden --next)
  curfew task done garden "$id"`
