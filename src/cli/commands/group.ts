import type { Command } from 'commander'
import type { GroupView } from '../../contract/jobs.ts'
import { printableLine } from '../../domain/printable.ts'
import { parseCount } from '../arguments.ts'
import type { Define } from '../command-table.ts'
import { renderGroups } from '../render-jobs.ts'
import type { CommonOptions, House, Shell } from '../shell.ts'

interface SetOptions extends CommonOptions {
  readonly slots: number
}

export const defineGroup: Define = (program, shell) => {
  const group = program
    .command('group')
    .summary('queues: how many of their jobs may run at once')
    .description('Lists the groups: how many of their jobs may run at once, do, and wait.')
    .option('--json', 'print them as JSON (`curfew schema groups`)')
    .addHelpText('after', EXAMPLES)
    .action(shell.run((options) => list(shell, options)))
  group
    .command('list')
    .summary('list them')
    .description('Lists the groups.')
    .option('--json', 'print them as JSON (`curfew schema groups`)')
    .addHelpText('after', '\nExamples:\n  curfew group list')
    .action(shell.run((options) => list(shell, options)))
  defineSet(group, shell)
  defineRemoveGroup(group, shell)
}

function defineSet(group: Command, shell: Shell): void {
  group
    .command('set')
    .summary('make a group, or change its slots')
    .description(
      'Makes a group, or changes how many of its jobs may run at once. What runs goes on.',
    )
    .argument('<name>', 'which group')
    .requiredOption('--slots <N>', 'how many at once; 0: any number', parseCount)
    .option('--json', 'print it as JSON (`curfew schema group`)')
    .addHelpText('after', '\nExamples:\n  curfew group set gpu --slots 1')
    .action(
      shell.run(async (options: SetOptions, name: string) => {
        const { client } = shell.open(options)
        const view = await client.demand('group_set', { name, slots: options.slots })
        shell.out(options.json === true ? `${JSON.stringify(view)}\n` : renderGroups([view]))
        return 0
      }),
    )
}

function defineRemoveGroup(group: Command, shell: Shell): void {
  group
    .command('remove')
    .summary('forget what was set for a group')
    .description(
      'Forgets what was set for a group of which no job waits or runs. What the config says of it stands.',
    )
    .argument('<name>', 'which group')
    .option('--json', 'print the outcome as JSON (`curfew schema removed-group`)')
    .addHelpText('after', '\nExamples:\n  curfew group remove gpu')
    .action(
      shell.run(async (options, name: string) => {
        const { client } = shell.open(options)
        const view = await client.demand('group_remove', { name })
        const shown = printableLine(name, 64)
        if (options.json === true) shell.out(`${JSON.stringify(view)}\n`)
        else if (view.removed) shell.note(`curfew: forgot what was set for group "${shown}"`)
        else shell.note(`curfew: nothing was set for group "${shown}"`)
        return 0
      }),
    )
}

async function list(shell: Shell, options: CommonOptions): Promise<number> {
  const groups = await readGroups(shell.open(options), shell.environment)
  shell.out(options.json === true ? `${JSON.stringify(groups)}\n` : renderGroups(groups))
  return 0
}

async function readGroups(
  { client, paths }: House,
  environment: NodeJS.ProcessEnv,
): Promise<GroupView[]> {
  const live = await client.ask('groups', {})
  if (live !== undefined) return live
  const { offlineGroups } = await import('../../offline/groups.ts')
  return offlineGroups(paths, environment)
}

const EXAMPLES = `
Examples:
  curfew group
  curfew group set gpu --slots 1
  curfew run --group gpu -- ./train.py
  curfew group remove gpu`
