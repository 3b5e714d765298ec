import type {
  ChangedTaskView,
  ClaimView,
  DroppedTaskView,
  NewTask,
  TaskActInput,
  TaskEditInput,
  TasksInput,
  TaskView,
} from '../contract/boards.ts'
import { given } from '../domain/given.ts'
import type { Paths } from '../host/paths.ts'
import type { Client } from './client.ts'
import { ownName, requireName } from './own-name.ts'

/** Who does it: this program by `CURFEW_AGENT`, else `CURFEW_SESSION`, unless said otherwise. */
export interface TaskWho {
  readonly as?: string
}

export interface TaskForce extends TaskWho {
  /** Also what is somebody else's; the event says so. */
  readonly force?: boolean
}

export interface ClaimNextOptions extends TaskWho {
  /** While others are at work, wait so long for a task to be ready; `Infinity`: for as long as they are. */
  readonly waitMs?: number
}

export type TaskQuery = Omit<TasksInput, 'list'>
export type TaskChange = Omit<TaskEditInput, 'list' | 'ids' | 'as' | 'wrapper'> & TaskWho

type Ids = number | readonly number[]
type Move = (list: string, ids: Ids, how?: TaskForce) => Promise<ChangedTaskView[]>

/** What a program may do with tasks. Verbs that change something start the daemon where none runs. */
export interface TaskConnection {
  /** All or none, with ids in a row; the board comes into being with its first task. */
  add(list: string, tasks: NewTask | readonly NewTask[], who?: TaskWho): Promise<TaskView[]>
  /** Newest first; undefined when no daemon runs. */
  list(list: string, query?: TaskQuery): Promise<TaskView[] | undefined>
  /** One; undefined when no daemon runs. */
  get(list: string, id: number): Promise<TaskView | undefined>
  /** Exactly one of all that ask gets it; a no is an answer too. */
  claim(list: string, id: number, who?: TaskWho): Promise<ClaimView>
  /** The first that is ready, by priority and then age. */
  claimNext(list: string, options?: ClaimNextOptions): Promise<ClaimView>
  /** Changes what they say and tells which fields are really different. */
  edit(list: string, ids: Ids, change: TaskChange): Promise<ChangedTaskView[]>
  /** Goes on for another lease. */
  readonly renew: Move
  /** Gives them back, undone. */
  readonly release: Move
  readonly done: Move
  readonly cancel: Move
  /** Puts them out of sight. */
  readonly archive: Move
  readonly restore: Move
  /** Deletes them for good, and tells which others referred to them. */
  drop(list: string, ids: Ids, how?: TaskForce): Promise<DroppedTaskView[]>
}

type Ask = <Answer>(question: (client: Client) => Promise<Answer>) => Promise<Answer>

export function connectTasks(ask: Ask, paths: Paths): TaskConnection {
  const move =
    (name: 'renew' | 'release' | 'done' | 'cancel' | 'archive' | 'restore'): Move =>
    async (list, ids, how = {}) => {
      const input = actInput(list, ids, how)
      return ask((client) => client.demand(`task_${name}`, input))
    }
  return {
    add: async (list, tasks, { as } = {}) => {
      const { CURFEW_SESSION: session = '' } = process.env
      const input = {
        list,
        tasks: isMany(tasks) ? tasks : [tasks],
        ticket: crypto.randomUUID(),
        ...ownName(process.env, as),
        ...(session === '' ? {} : { session }),
      }
      return [...(await ask((client) => client.demand('task_add', input))).tasks]
    },
    list: (list, query = {}) => ask((client) => client.ask('tasks', { list, ...query })),
    get: async (list, id) => (await ask((client) => client.ask('task', { list, ids: [id] })))?.[0],
    claim: async (list, id, { as } = {}) => {
      const who = requireName(process.env, as)
      const ticket = crypto.randomUUID()
      return ask((client) => client.demand('task_claim', { list, id, ...who, ticket }))
    },
    claimNext: async (list, { as, waitMs = 0 } = {}) => {
      const asked = { list, ...requireName(process.env, as) }
      const { claimNext } = await import('./claim-next.ts')
      return ask((client) => claimNext(client, paths, asked, waitMs))
    },
    edit: async (list, ids, { as, force, ...change }) => {
      const input = { ...actInput(list, ids, given({ as, force })), ...change }
      return ask((client) => client.demand('task_edit', input))
    },
    renew: move('renew'),
    release: move('release'),
    done: move('done'),
    cancel: move('cancel'),
    archive: move('archive'),
    restore: move('restore'),
    drop: async (list, ids, how = {}) => {
      const input = actInput(list, ids, how)
      return ask((client) => client.demand('task_drop', input))
    },
  }
}

function actInput(list: string, ids: Ids, { as, force }: TaskForce): TaskActInput {
  const who = requireName(process.env, as)
  return { list, ids: typeof ids === 'number' ? [ids] : ids, ...who, ...given({ force }) }
}

function isMany(tasks: NewTask | readonly NewTask[]): tasks is readonly NewTask[] {
  return Array.isArray(tasks)
}
