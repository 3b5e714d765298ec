import type { TaskStatus } from '../domain/task.ts'

/** What crosses the socket about boards and their tasks, and what `--json` prints. */

type Metadata = Readonly<Record<string, unknown>>

export interface TaskView {
  readonly list: string
  readonly id: number
  readonly subject: string
  readonly description: string | null
  readonly active_form: string | null
  /** Who works on it; of a pending one, whom it is meant for. */
  readonly owner: string | null
  /** The wrapper its owner lives under. */
  readonly wrapper: string | null
  readonly status: TaskStatus
  readonly priority: number
  readonly blocks: readonly number[]
  readonly blocked_by: readonly number[]
  /** It waits, and for nothing else. */
  readonly ready: boolean
  /** It is in progress, and nobody has touched it for long. */
  readonly untouched: boolean
  readonly metadata: Metadata
  readonly version: number
  /** At the earliest: leases stand still while no daemon runs. */
  readonly lease_expires_at: string | null
  readonly created_at: string
  readonly updated_at: string
  readonly archived_at: string | null
}

export interface BoardView {
  readonly list: string
  readonly role: string | null
  readonly session: string | null
  readonly metadata: Metadata
  /** Of what is neither internal nor archived. */
  readonly counts: Readonly<Record<TaskStatus, number>>
  /** The latest first. */
  readonly seen: readonly { readonly who: string; readonly at: string }[]
  /** No id up to this one is given out any more. */
  readonly last_id: number
  readonly created_at: string
  readonly updated_at: string
  readonly archived_at: string | null
}

/** A board with its tasks, oldest first; of a large one with the newest of each status. */
export interface BoardShownView extends BoardView {
  readonly tasks: readonly TaskView[]
}

export interface BoardResetView {
  readonly list: string
  readonly removed: number
}

export interface BoardExportView {
  readonly format: 'curfew-board'
  readonly version: 1
  readonly board: Pick<BoardView, 'role' | 'session' | 'metadata' | 'last_id'>
  readonly tasks: readonly ExportedTask[]
}

export type ExportedTask = Omit<TaskView, 'list' | 'wrapper' | 'ready' | 'untouched' | 'version'>

export interface BoardImportView {
  readonly board: BoardView
  readonly imported: number
  /** What could not be taken in, and why. */
  readonly problems: readonly { readonly what: string; readonly reason: string }[]
}

export interface AddedTasksView {
  readonly tasks: readonly TaskView[]
}

/** What became of one, and which fields are really different. */
export interface ChangedTaskView {
  readonly task: TaskView
  readonly changed: readonly string[]
}

export interface DroppedTaskView {
  readonly id: number
  /** Those that referred to it. */
  readonly touched: readonly number[]
}

export type ClaimView =
  | { readonly kind: 'ok'; readonly task: TaskView }
  | { readonly kind: 'not_found' }
  | { readonly kind: 'already_completed'; readonly task: TaskView }
  | { readonly kind: 'already_owned'; readonly by: string; readonly task: TaskView }
  /** By these; without a task where any was asked for and all that wait are blocked. */
  | { readonly kind: 'blocked'; readonly by: readonly number[]; readonly task?: TaskView }
  /** With these. */
  | {
      readonly kind: 'busy'
      readonly by: readonly { readonly list: string; readonly id: number }[]
    }

export interface BoardsInput {
  readonly session?: string
  /** Only those that were put away. */
  readonly archived?: boolean
  readonly limit?: number
  /** Behind this name. */
  readonly after?: string
}

export interface BoardInput {
  readonly list: string
}

export interface BoardShowInput extends BoardInput {
  /** Only tasks of these. */
  readonly statuses?: readonly TaskStatus[]
}

export interface BoardActInput extends BoardInput {
  readonly as?: string
}

export interface BoardCreateInput extends BoardActInput {
  readonly role?: string | null
  readonly session?: string | null
  readonly metadata?: Metadata
}

export interface BoardImportInput extends BoardActInput {
  /** The absolute path of a folder of tasks, or of what `export` wrote. */
  readonly from: string
}

/** An id, or "#N" for the Nth of the batch. */
export type TaskReference = number | `#${number}`

export interface NewTask {
  readonly subject: string
  readonly description?: string | null
  readonly active_form?: string | null
  readonly priority?: number
  readonly owner?: string | null
  readonly metadata?: Metadata
  readonly blocks?: readonly TaskReference[]
  readonly blocked_by?: readonly TaskReference[]
}

export interface TaskAddInput extends BoardActInput {
  readonly tasks: readonly NewTask[]
  readonly wrapper?: string
  /** For a board that comes into being with them. */
  readonly session?: string
  /** Asking twice with the same one adds once. */
  readonly ticket?: string
}

export interface TasksInput extends BoardInput {
  readonly status?: TaskStatus
  readonly owner?: string
  /** Only what could be claimed by anybody now, in the order in which it would be. */
  readonly ready?: boolean
  /** Also what programs keep for themselves. */
  readonly internal?: boolean
  /** Only those that were put away. */
  readonly archived?: boolean
  readonly limit?: number
  readonly before?: number
}

export interface TaskIdsInput extends BoardInput {
  readonly ids: readonly number[]
}

interface Who {
  readonly as: string
  readonly wrapper?: string
}

export interface TaskActInput extends TaskIdsInput, Who {
  readonly force?: boolean
}

export interface TaskEditInput extends TaskActInput {
  /** The one that was seen: refused when a task has moved on. */
  readonly version?: number
  readonly subject?: string
  readonly description?: string | null
  readonly active_form?: string | null
  readonly priority?: number
  readonly status?: TaskStatus
  readonly owner?: string | null
  /** Merged into what is there; null takes a key away. */
  readonly metadata?: Metadata
  readonly blocks?: readonly number[]
  readonly blocked_by?: readonly number[]
  readonly unblock?: readonly number[]
}

export interface TaskClaimInput extends BoardInput, Who {
  /** The first that is ready unless given. */
  readonly id?: number
  /** Asked again with the same one, the same task is given. */
  readonly ticket?: string
}

export interface BoardVerbInputs {
  boards: BoardsInput
  board: BoardInput
  board_show: BoardShowInput
  board_create: BoardCreateInput
  board_archive: BoardActInput
  board_reset: BoardActInput
  board_import: BoardImportInput
  board_export: BoardInput
  task_add: TaskAddInput
  tasks: TasksInput
  task: TaskIdsInput
  task_claim: TaskClaimInput
  task_edit: TaskEditInput
  task_renew: TaskActInput
  task_release: TaskActInput
  task_done: TaskActInput
  task_cancel: TaskActInput
  task_drop: TaskActInput
  task_archive: TaskActInput
  task_restore: TaskActInput
}

export interface BoardVerbOutputs {
  boards: BoardView[]
  board: BoardView
  board_show: BoardShownView
  board_create: BoardView
  board_archive: BoardView
  board_reset: BoardResetView
  board_import: BoardImportView
  board_export: BoardExportView
  task_add: AddedTasksView
  tasks: TaskView[]
  task: TaskView[]
  task_claim: ClaimView
  task_edit: ChangedTaskView[]
  task_renew: ChangedTaskView[]
  task_release: ChangedTaskView[]
  task_done: ChangedTaskView[]
  task_cancel: ChangedTaskView[]
  task_drop: DroppedTaskView[]
  task_archive: ChangedTaskView[]
  task_restore: ChangedTaskView[]
}

export type BoardVerbName = keyof BoardVerbInputs
