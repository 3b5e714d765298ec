import type { Command } from 'commander'
import { requireName } from '../../client/own-name.ts'
import { given } from '../../domain/given.ts'
import { collectIds } from '../job-ids.ts'
import type { Shell } from '../shell.ts'
import { ofBoard } from './board-named.ts'
import { tellChanged } from './tell-changed.ts'
import { AS, type WhoOptions } from './who.ts'

interface MoveOptions extends WhoOptions {
  readonly force?: boolean
}

interface Move {
  readonly name: 'renew' | 'release' | 'done' | 'cancel' | 'archive' | 'restore'
  readonly summary: string
  readonly description: string
  readonly mayForce: boolean
}

const MOVES: readonly Move[] = [
  {
    name: 'renew',
    summary: 'keep what you have for another lease',
    description: 'Begins the lease anew. Only the owner can.',
    mayForce: false,
  },
  {
    name: 'release',
    summary: 'give back what you have, undone',
    description: 'Puts tasks back: somebody else may claim them.',
    mayForce: true,
  },
  {
    name: 'done',
    summary: 'say that they are completed',
    description:
      'Completes tasks that are yours. What waited for them is ready then. One that still waits for others cannot be completed.',
    mayForce: true,
  },
  {
    name: 'cancel',
    summary: 'say that they will not be done',
    description: 'Cancels tasks: nobody waits for them any more.',
    mayForce: true,
  },
  {
    name: 'archive',
    summary: 'put them out of sight',
    description: 'Takes tasks out of lists; `task restore` brings them back.',
    mayForce: false,
  },
  {
    name: 'restore',
    summary: 'bring back what was archived',
    description: 'Brings archived tasks back into lists.',
    mayForce: false,
  },
]

export function defineMoves(task: Command, shell: Shell): void {
  for (const move of MOVES) defineMove(task, shell, move)
}

function defineMove(task: Command, shell: Shell, { name, ...move }: Move): void {
  const command = task
    .command(name)
    .summary(move.summary)
    .description(move.description)
    .argument('<list>', 'which board')
    .argument('<ids...>', 'which tasks', collectIds)
  if (move.mayForce) command.option('--force', 'also what is somebody else’s; the event says so')
  command
    .option(...AS)
    .option('--json', 'print the tasks as JSON (`curfew schema tasks-changed`)')
    .addHelpText('after', examples(name))
    .action(
      shell.run(async (options: MoveOptions, list: string, ids: number[]) => {
        const who = requireName(shell.environment, options.as)
        const house = shell.open(options)
        const input = { list, ids, ...given({ force: options.force }), ...who }
        const changed = await ofBoard(house, list, () => house.client.demand(`task_${name}`, input))
        return tellChanged(shell, options, changed)
      }),
    )
}

function examples(name: string): string {
  return `
Examples:
  curfew task ${name} garden 3
  curfew task ${name} garden 3 4 5 --as alice`
}
