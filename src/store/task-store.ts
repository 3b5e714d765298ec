import type {
  Board,
  Edge,
  Metadata,
  Owner,
  Task,
  TaskContent,
  TaskDraft,
  TaskStatus,
} from '../domain/task.ts'
import type { TaskAct } from '../domain/task-acts.ts'
import type { ClaimOutcome } from '../domain/task-claim.ts'
import type { Asker } from '../domain/task-moves.ts'
import type { Problem } from '../domain/problem.ts'

/**
 * What the store can do for boards: verbs, each atomic, each durable when it resolves, each told as an event by the
 * very commit. Leases run on a clock of the engine's own, so that no caller's clock can end one.
 */
export interface TaskStore {
  /** Makes it, or says what is different of it now; one that was archived comes back. */
  createBoard(draft: BoardDraft): Promise<BoardMade>
  board(list: string): Promise<Board | undefined>
  /** With the tasks that any of these asks for, by id, all of one moment. */
  boardWith(list: string, parts: readonly Omit<TaskQuery, 'list'>[]): Promise<BoardWith | undefined>
  /** By name. */
  boards(query: BoardQuery): Promise<Board[]>
  /** False when there is none. */
  archiveBoard(ask: BoardAsk): Promise<boolean>
  /** Takes all of its tasks, and keeps its ids from being given again; undefined when there is no such board. */
  resetBoard(ask: BoardAsk): Promise<number | undefined>
  /** All of it with the ids it had; refused where one of them is taken. */
  importBoard(what: BoardImport): Promise<ImportOutcome>
  /** No id up to these is given out any more. */
  raiseIdFloors(floors: ReadonlyMap<string, number>): Promise<void>
  /** Who keeps elsewhere which ids are given out: told of the highest before they are; where that fails, none is. */
  keepIdsWith(keep: KeepIds): void

  /** All or none, with ids in a row. Whoever asks twice with the same ticket has added once. */
  create(batch: TaskBatch): Promise<CreateOutcome>
  isTicketUsed(ticket: string): Promise<boolean>
  get(list: string, ids: readonly number[]): Promise<Task[]>
  /** Newest first; what is ready comes in the order in which it would be claimed. */
  list(query: TaskQuery): Promise<Task[]>

  claim(ask: ClaimAsk): Promise<ClaimOutcome>
  /** To each of these, all or none. */
  act(ask: ActAsk): Promise<ActOutcome>
  /** For good; gives who referred to them. */
  drop(ask: DropAsk): Promise<DropOutcome>

  /** So much time counts against leases. */
  passTime(ms: number): void
  /** What has passed survives the engine. */
  keepTime(): Promise<void>
  /** How long the next lease has left; null when there is none. */
  nextLeaseMs(): Promise<number | null>
  /** Wrappers in which somebody holds tasks. */
  wrappers(): Promise<string[]>
  /** Whose lease is over is an owner no more. Gives the tasks as they were. */
  freeExpired(nowMs: number): Promise<Task[]>
  /** The same of who lived in that wrapper. */
  freeOfWrapper(wrapper: string, why: string, nowMs: number): Promise<Task[]>
}

export type KeepIds = (list: string, last: number) => void

export interface BoardAsk {
  readonly list: string
  readonly by: string | null
  readonly nowMs: number
}

export interface BoardDraft extends BoardAsk {
  readonly role?: string | null
  readonly session?: string | null
  readonly metadata?: Metadata
}

export interface BoardMade {
  readonly board: Board
  readonly isNew: boolean
}

export interface BoardQuery {
  readonly session?: string
  readonly archived: boolean
  readonly limit: number
  /** Behind this name. */
  readonly after?: string
}

/** A task as it was elsewhere. */
export interface ImportedTask extends TaskContent {
  readonly id: number
  readonly status: TaskStatus
  readonly owner: string | null
  readonly createdMs: number
  readonly updatedMs: number
  readonly archivedMs: number | null
}

export interface BoardImport extends BoardDraft {
  readonly tasks: readonly ImportedTask[]
  readonly edges: readonly Edge[]
  readonly idFloor: number
  /** For those that are in progress. */
  readonly leaseMs: number
  /** Where it was, in words. */
  readonly from: string
}

export type ImportOutcome =
  | { readonly ok: true; readonly isNew: boolean }
  | { readonly ok: false; readonly taken: readonly number[] }

export interface TaskBatch {
  readonly list: string
  readonly drafts: readonly TaskDraft[]
  readonly by: Owner | null
  /** For a board that comes into being with it. */
  readonly session: string | null
  readonly nowMs: number
  readonly ticket?: string
}

export type CreateOutcome =
  | {
      readonly ok: true
      readonly first: number
      readonly last: number
      readonly tasks: readonly Task[]
    }
  | { readonly ok: false; readonly why: 'archived' }
  /** Its ticket is that of a batch for another board. */
  | { readonly ok: false; readonly why: 'ticket' }
  | {
      readonly ok: false
      readonly why: 'unknown'
      readonly at: number
      readonly ids: readonly number[]
    }
  /** By ids; a place in the batch stands as the id it would have had. */
  /** In which those of the batch have the ids that they would have got, from `first` on. */
  | {
      readonly ok: false
      readonly why: 'cycle'
      readonly ring: readonly number[]
      readonly first: number
    }

export interface BoardWith {
  readonly board: Board
  readonly tasks: readonly Task[]
}

export interface TaskQuery {
  readonly list: string
  /** All of them unless given. */
  readonly limit?: number
  readonly beforeId?: number
  readonly status?: TaskStatus
  readonly owner?: string
  readonly ready?: boolean
  /** Also what is kept from people's eyes. */
  readonly internal?: boolean
  /** Only, and otherwise not, those that were put away. */
  readonly archived?: boolean
}

export interface ClaimAsk {
  readonly list: string
  /** Any that is ready unless given: the first by priority, then age. */
  readonly id?: number
  readonly by: Owner
  /** 0 means none. */
  readonly leaseMs: number
  /** How many an owner may hold; 0: any number. */
  readonly busyLimit: number
  readonly nowMs: number
  /** Asked again with the same one, the same task is given. */
  readonly ticket?: string
}

export interface ActAsk {
  readonly list: string
  readonly ids: readonly number[]
  readonly act: TaskAct
  readonly asker: Asker
  readonly nowMs: number
  /** Refused where one of them is at another version: what was decided was decided on these. */
  readonly versions?: ReadonlyMap<number, number>
}

export type ActOutcome =
  | { readonly ok: true; readonly done: readonly ActDone[] }
  | { readonly ok: false; readonly why: 'moved on' }
  | { readonly ok: false; readonly why: 'refused'; readonly problem: Problem }

export interface ActDone {
  readonly task: Task
  /** Empty where it was so already. */
  readonly fields: readonly string[]
}

export interface DropAsk {
  readonly list: string
  readonly ids: readonly number[]
  readonly asker: Asker
  readonly nowMs: number
}

export type DropOutcome =
  | { readonly ok: true; readonly dropped: readonly Dropped[] }
  | { readonly ok: false; readonly problem: Problem }

export interface Dropped {
  readonly id: number
  readonly touched: readonly number[]
}
