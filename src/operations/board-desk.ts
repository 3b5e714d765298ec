import type { NewTask } from '../contract/boards.ts'
import type { BoardOnDisk } from '../host/board-folder.ts'

/** What an operation may ask of whoever looks after boards, beside their store. */
export interface BoardDesk {
  /** So much time has passed that leases do not know of yet. */
  uncountedMs(): number
  /** Somebody holds something now: its lease and its wrapper are looked after. */
  changed(): void
  /** What the configured command has against it; undefined when nothing, or when there is no such command. */
  objection(question: HookQuestion): Promise<string | undefined>
  readBoard(from: string): Promise<BoardOnDisk>
}

/** What a hook is asked about, as it gets it on its stdin. */
export type HookQuestion =
  | {
      readonly hook: 'create'
      readonly list: string
      readonly by: string | null
      readonly tasks: readonly NewTask[]
    }
  | {
      readonly hook: 'complete'
      readonly list: string
      readonly by: string
      readonly tasks: readonly unknown[]
    }
