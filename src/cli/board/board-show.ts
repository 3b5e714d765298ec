import type { Command } from 'commander'
import type { BoardShownView } from '../../contract/boards.ts'
import { given } from '../../domain/given.ts'
import { systemClock } from '../../host/clock.ts'
import { columns } from '../columns.ts'
import type { CommonOptions, Shell } from '../shell.ts'
import { clearScreen } from '../style.ts'
import { ofBoard } from './board-named.ts'
import { readShown } from './read-board.ts'
import { cutToHeight, renderBoard } from './render-board.ts'

interface ShowOptions extends CommonOptions {
  readonly watch?: boolean
  readonly open?: boolean
}

const OPEN = ['pending', 'in_progress'] as const

export function defineBoardShow(board: Command, shell: Shell): void {
  board
    .command('show')
    .summary('one with its tasks, in the order in which they can be done')
    .description(
      'Draws the tasks of a board as a tree: what comes first above, what waits for it below. ○ can be claimed, · waits for others, ● is worked on, ✓ is completed, ✗ cancelled. With no daemon it reads what the last one left.',
    )
    .argument('<list>', 'which board')
    .option('--open', 'leave out what is completed or cancelled')
    .option('--watch', 'draw it again whenever something happens on it, until Ctrl-C')
    .option(
      '--json',
      'print it as JSON (`curfew schema board-shown`); one object a line with --watch',
    )
    .addHelpText('after', EXAMPLES)
    .action(shell.run((options: ShowOptions, list: string) => show(shell, options, list)))
}

async function show(shell: Shell, options: ShowOptions, list: string): Promise<number> {
  const house = shell.open(options)
  const statuses = options.open === true ? OPEN : undefined
  const read = (): Promise<BoardShownView> => readShown(house, given({ list, statuses }))
  const board = await ofBoard(house, list, read)
  if (options.watch !== true) {
    shell.out(textOf(board, options))
    if (options.json !== true) noteMissing(shell, board, statuses ?? [])
    return 0
  }
  const { watchBoard } = await import('./watch-board.ts')
  let shown = ''
  await watchBoard(shell, house, list, async () => {
    const isScreen = options.json !== true && process.stdout.isTTY
    const text = isScreen ? screenOf(await read()) : textOf(await read(), options)
    if (text === shown) return
    shown = text
    shell.out(isScreen ? clearScreen() + text : text)
  })
  return 0
}

function textOf(board: BoardShownView, { json }: ShowOptions): string {
  if (json === true) return `${JSON.stringify(board)}\n`
  return renderBoard(board, systemClock.wallMs(), columns())
}

/** Where not all of it has room, what is over makes place first. */
function screenOf(board: BoardShownView): string {
  const { rows } = process.stdout
  const all = textOf(board, {})
  if (all.split('\n').length <= rows) return all
  const open = board.tasks.filter(({ status }) => status === 'pending' || status === 'in_progress')
  return cutToHeight(textOf({ ...board, tasks: open }, {}), rows)
}

function noteMissing(
  shell: Shell,
  { counts, tasks }: BoardShownView,
  statuses: readonly (keyof BoardShownView['counts'])[],
): void {
  const known = statuses.length === 0 ? Object.values(counts) : statuses.map((each) => counts[each])
  const missing = known.reduce((sum, count) => sum + count, 0) - tasks.length
  if (missing > 0) shell.note(`curfew: ${missing} older ones are not drawn; \`curfew task list\``)
}

const EXAMPLES = `
Examples:
  curfew board show garden
  curfew board show garden --open --watch
  curfew board show garden --json | jq '.tasks[] | select(.ready)'`
