import type { Command } from 'commander'
import { ownName } from '../../client/own-name.ts'
import { given } from '../../domain/given.ts'
import { ProblemError } from '../../domain/problem.ts'
import { printableLine } from '../../domain/printable.ts'
import { ownFolder } from '../own-folder.ts'
import type { CommonOptions, Shell } from '../shell.ts'
import { ofBoard } from './board-named.ts'
import { readExport } from './read-board.ts'
import { AS, type WhoOptions } from './who.ts'

export function defineImport(board: Command, shell: Shell): void {
  board
    .command('import')
    .summary('take in a board from files')
    .description(
      'Takes in the tasks of a folder with one JSON file for each (0001.json …, meta.json, .highwatermark), or of a file that `board export` wrote. They keep their ids, and no id that was given there is given again. Every file that cannot be read is named; the rest is taken in all the same; where nothing could be, it ends with 1.',
    )
    .argument('<list>', 'which board')
    .argument('<dir>', 'the folder, or the file')
    .option(...AS)
    .option('--json', 'print the outcome as JSON (`curfew schema board-import`)')
    .addHelpText(
      'after',
      '\nExamples:\n  curfew board import garden ./old-tasks/\n  curfew board import copy garden.json',
    )
    .action(
      shell.run(async (options: WhoOptions, list: string, dir: string) => {
        if (dir === '') throw new ProblemError(NOWHERE)
        const as = ownName(shell.environment, options.as)?.as
        const input = { list, from: ownFolder(dir), ...given({ as }) }
        const view = await shell.open(options).client.demand('board_import', input)
        if (options.json === true) shell.out(`${JSON.stringify(view)}\n`)
        else {
          for (const { what, reason } of view.problems) {
            shell.note(`curfew: ${printableLine(what)}: ${printableLine(reason)}`)
          }
          shell.note(`curfew: took in ${view.imported} ${view.imported === 1 ? 'task' : 'tasks'}`)
        }
        return view.imported === 0 && view.problems.length > 0 ? 1 : 0
      }),
    )
}

const NOWHERE = {
  kind: 'usage',
  message: 'what to import is an empty name',
  hint: 'name a folder, or a file that `curfew board export` wrote; "." is the folder you are in',
} as const

export function defineExport(board: Command, shell: Shell): void {
  board
    .command('export')
    .summary('print one as JSON, with everything on it')
    .description(
      'Prints a board with all of its tasks, also archived and internal ones, as one JSON value that `board import` takes.',
    )
    .argument('<list>', 'which board')
    .option('--json', 'the same (`curfew schema board-export`)')
    .addHelpText('after', '\nExamples:\n  curfew board export garden > garden.json')
    .action(
      shell.run(async (options: CommonOptions, list: string) => {
        const house = shell.open(options)
        const view = await ofBoard(house, list, () => readExport(house, list))
        shell.out(`${JSON.stringify(view)}\n`)
        return 0
      }),
    )
}
