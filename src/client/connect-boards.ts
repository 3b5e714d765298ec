import type {
  BoardCreateInput,
  BoardExportView,
  BoardImportView,
  BoardResetView,
  BoardsInput,
  BoardView,
} from '../contract/boards.ts'
import type { Client } from './client.ts'
import { ownName } from './own-name.ts'

export type BoardAbout = Omit<BoardCreateInput, 'list' | 'as'>

/** What a program may do with boards. Verbs that change something start the daemon where none runs. */
export interface BoardConnection {
  /** By name; undefined when no daemon runs. */
  list(query?: BoardsInput): Promise<BoardView[] | undefined>
  /** How much is on it, and who was there last; undefined when no daemon runs. */
  get(list: string): Promise<BoardView | undefined>
  /** Makes it, or says more of one that is there; one that was archived comes back. */
  create(list: string, about?: BoardAbout): Promise<BoardView>
  archive(list: string): Promise<BoardView>
  /** Deletes all of its tasks for good; their ids are not given again. */
  reset(list: string): Promise<BoardResetView>
  /** Takes in a folder of tasks or what `export` gave, by its absolute path. */
  import(list: string, from: string): Promise<BoardImportView>
  /** All of it; undefined when no daemon runs. */
  export(list: string): Promise<BoardExportView | undefined>
}

type Ask = <Answer>(question: (client: Client) => Promise<Answer>) => Promise<Answer>

export function connectBoards(ask: Ask): BoardConnection {
  return {
    list: (query = {}) => ask((client) => client.ask('boards', query)),
    get: (list) => ask((client) => client.ask('board', { list })),
    create: (list, about = {}) =>
      ask((client) => client.demand('board_create', { list, ...about, ...by() })),
    archive: (list) => ask((client) => client.demand('board_archive', { list, ...by() })),
    reset: (list) => ask((client) => client.demand('board_reset', { list, ...by() })),
    import: (list, from) => ask((client) => client.demand('board_import', { list, from, ...by() })),
    export: (list) => ask((client) => client.ask('board_export', { list })),
  }
}

function by(): { readonly as?: string } {
  const who = ownName(process.env)
  return who === undefined ? {} : { as: who.as }
}
