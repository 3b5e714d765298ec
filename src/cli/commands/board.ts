import type { Command } from 'commander'
import type { BoardView } from '../../contract/boards.ts'
import { given } from '../../domain/given.ts'
import { printableLine } from '../../domain/printable.ts'
import { systemClock } from '../../host/clock.ts'
import { ownName } from '../../client/own-name.ts'
import { parseLimit } from '../arguments.ts'
import { defineBoardShow } from '../board/board-show.ts'
import { ofBoard } from '../board/board-named.ts'
import { defineExport, defineImport } from '../board/board-transfer.ts'
import { collectMetadata } from '../board/metadata.ts'
import { readBoards } from '../board/read-board.ts'
import { countsText } from '../board/render-board.ts'
import { renderBoards } from '../board/render-boards.ts'
import { AS, type WhoOptions } from '../board/who.ts'
import { columns } from '../columns.ts'
import type { Define } from '../command-table.ts'
import type { CommonOptions, Shell } from '../shell.ts'

interface ListOptions extends CommonOptions {
  readonly session?: string
  readonly archived?: boolean
  readonly limit: number
  readonly after?: string
}

interface CreateOptions extends WhoOptions {
  readonly role?: string
  readonly session?: string
  readonly meta?: Readonly<Record<string, unknown>>
}

export const defineBoard: Define = (program, shell) => {
  const board = program
    .command('board')
    .summary('task boards that many agents share')
    .description('Lists the boards: how much is open on each, and who was there last.')
    .addHelpText('after', EXAMPLES)
  addListOptions(board).action(shell.run((options: ListOptions) => list(shell, options)))
  addListOptions(
    board
      .command('list')
      .summary('which there are')
      .description('Lists the boards: how much is open on each, and who was there last.')
      .addHelpText(
        'after',
        '\nExamples:\n  curfew board list\n  curfew board list --archived --json',
      ),
  ).action(shell.run((options: ListOptions) => list(shell, options)))
  defineBoardShow(board, shell)
  defineCreate(board, shell)
  defineArchive(board, shell)
  defineReset(board, shell)
  defineImport(board, shell)
  defineExport(board, shell)
}

function addListOptions(command: Command): Command {
  return command
    .option('--session <ID>', 'only those of that session')
    .option('--archived', 'only those that were put away')
    .option('-n, --limit <N>', 'how many', parseLimit, 100)
    .option('--after <NAME>', 'only those behind this one, by name')
    .option('--json', 'print them as JSON (`curfew schema boards`)')
}

async function list(shell: Shell, options: ListOptions): Promise<number> {
  const { session, archived, limit, after } = options
  const boards = await readBoards(shell.open(options), given({ session, archived, limit, after }))
  if (options.json === true) shell.out(`${JSON.stringify(boards)}\n`)
  else if (boards.length === 0) shell.note('there are no such boards')
  else shell.out(renderBoards(boards, systemClock.wallMs(), columns()))
  return 0
}

function defineCreate(board: Command, shell: Shell): void {
  board
    .command('create')
    .summary('make one, or say more of one')
    .description(
      'Makes a board, or says more of one that is there; one that was archived comes back. A board also comes into being with its first task. Its name may be any text.',
    )
    .argument('<list>', 'its name')
    .option('--role <TEXT>', 'what it is for')
    .option('--session <ID>', 'the session it belongs to')
    .option('--meta <NAME=TEXT>', 'anything else; NAME:=JSON for what is no text', collectMetadata)
    .option(...AS)
    .option('--json', 'print it as JSON (`curfew schema board`)')
    .addHelpText('after', CREATE_EXAMPLES)
    .action(
      shell.run(async (options: CreateOptions, name: string) => {
        const { role, session, meta } = options
        const said = { ...given({ role, session, metadata: meta }), ...asWhom(shell, options) }
        const made = await shell
          .open(options)
          .client.demand('board_create', { list: name, ...said })
        if (options.json === true) shell.out(`${JSON.stringify(made)}\n`)
        else shell.note(`curfew: ${boardLine(made)}`)
        return 0
      }),
    )
}

function defineArchive(board: Command, shell: Shell): void {
  board
    .command('archive')
    .summary('put one out of sight')
    .description(
      'Takes a board out of lists, with all that is on it; nothing is added to it any more. `board create` brings it back.',
    )
    .argument('<list>', 'which board')
    .option(...AS)
    .option('--json', 'print it as JSON (`curfew schema board`)')
    .addHelpText('after', '\nExamples:\n  curfew board archive garden')
    .action(
      shell.run(async (options: WhoOptions, name: string) => {
        const house = shell.open(options)
        const input = { list: name, ...asWhom(shell, options) }
        const view = await ofBoard(house, name, () => house.client.demand('board_archive', input))
        if (options.json === true) shell.out(`${JSON.stringify(view)}\n`)
        else shell.note(`curfew: ${boardLine(view)}`)
        return 0
      }),
    )
}

function defineReset(board: Command, shell: Shell): void {
  board
    .command('reset')
    .summary('empty one')
    .description(
      'Deletes all tasks of a board for good. No id that was given there is given again.',
    )
    .argument('<list>', 'which board')
    .option(...AS)
    .option('--json', 'print the outcome as JSON (`curfew schema board-reset`)')
    .addHelpText('after', '\nExamples:\n  curfew board reset garden')
    .action(
      shell.run(async (options: WhoOptions, name: string) => {
        const house = shell.open(options)
        const input = { list: name, ...asWhom(shell, options) }
        const view = await ofBoard(house, name, () => house.client.demand('board_reset', input))
        if (options.json === true) shell.out(`${JSON.stringify(view)}\n`)
        else shell.note(`curfew: ${view.removed} tasks are gone for good`)
        return 0
      }),
    )
}

/** Nobody has to say who they are to look after a board. */
function asWhom(shell: Shell, { as }: WhoOptions): { readonly as?: string } {
  return given({ as: ownName(shell.environment, as)?.as })
}

function boardLine(board: BoardView): string {
  const state = board.archived_at === null ? countsText(board) : 'archived'
  return `board "${printableLine(board.list, 80)}": ${state}`
}

const EXAMPLES = `
Examples:
  curfew board
  curfew board show garden --watch
  curfew board create garden --role "what grows"
  curfew board import garden ./old-tasks/
  curfew board export garden > garden.json`

const CREATE_EXAMPLES = `
Examples:
  curfew board create garden
  curfew board create "release 2.0" --role release --session "$CURFEW_SESSION"
  curfew board create garden --meta place=south --meta beds:=4`
