import { printableLine } from './printable.ts'

/** What is worth telling about boards and tasks. */
export interface TaskEventFacts {
  board_created: { readonly list: string; readonly by: string | null }
  board_archived: { readonly list: string; readonly by: string | null }
  board_reset: { readonly list: string; readonly count: number; readonly by: string | null }
  board_imported: { readonly list: string; readonly count: number; readonly from: string }
  task_added: {
    readonly list: string
    readonly first: number
    readonly last: number
    readonly by: string | null
  }
  task_claimed: { readonly list: string; readonly id: number; readonly by: string }
  task_changed: {
    readonly list: string
    readonly id: number
    readonly by: string
    readonly what: string
    readonly fields: readonly string[]
    /** It was somebody else's. */
    readonly forced: boolean
  }
  task_freed: {
    readonly list: string
    readonly id: number
    readonly owner: string
    readonly why: string
  }
  task_dropped: {
    readonly list: string
    readonly id: number
    readonly by: string
    readonly touched: readonly number[]
  }
  task_vetoed: { readonly list: string; readonly what: string; readonly why: string }
}

type Tellings = {
  readonly [Type in keyof TaskEventFacts]: {
    readonly level: 'info' | 'warn' | 'error'
    readonly say: (facts: TaskEventFacts[Type]) => string
  }
}

export const TASK_TELLINGS: Tellings = {
  board_created: { level: 'info', say: ({ list, by }) => `board ${name(list)} made${byWhom(by)}` },
  board_archived: {
    level: 'info',
    say: ({ list, by }) => `board ${name(list)} archived${byWhom(by)}`,
  },
  board_reset: {
    level: 'info',
    say: ({ list, count, by }) => `board ${name(list)} emptied of ${count} tasks${byWhom(by)}`,
  },
  board_imported: {
    level: 'info',
    say: ({ list, count, from }) => `board ${name(list)}: ${count} tasks taken in from ${from}`,
  },
  task_added: {
    level: 'info',
    say: ({ list, first, last, by }) =>
      `board ${name(list)}: ${first === last ? `task ${first}` : `tasks ${first} to ${last}`} added${byWhom(by)}`,
  },
  task_claimed: {
    level: 'info',
    say: ({ list, id, by }) => `board ${name(list)}: task ${id} claimed by ${name(by)}`,
  },
  task_changed: {
    level: 'info',
    say: ({ list, id, by, what, fields, forced }) =>
      `board ${name(list)}: task ${id}: ${what} by ${name(by)}${forced ? ', by force' : ''}${what === 'edit' ? ` (${fields.join(', ')})` : ''}`,
  },
  task_freed: {
    level: 'warn',
    say: ({ list, id, owner, why }) =>
      `board ${name(list)}: task ${id} is free again, ${name(owner)} had it: ${why}`,
  },
  task_dropped: {
    level: 'info',
    say: ({ list, id, by, touched }) =>
      `board ${name(list)}: task ${id} dropped by ${name(by)}${touched.length === 0 ? '' : `; ${touched.join(', ')} no longer refer to it`}`,
  },
  task_vetoed: {
    level: 'warn',
    say: ({ list, what, why }) => `board ${name(list)}: ${what} vetoed: ${why}`,
  },
}

function name(text: string): string {
  return `"${printableLine(text, 80)}"`
}

function byWhom(by: string | null): string {
  return by === null ? '' : ` by ${name(by)}`
}
