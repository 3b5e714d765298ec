import type { WrapperView } from '../../contract/shapes.ts'
import { printableLine } from '../../domain/printable.ts'
import type { Define } from '../command-table.ts'
import type { House } from '../shell.ts'
import { paint } from '../style.ts'

const COLOURS = { fresh: 'green', stale: 'yellow', orphan: 'red' } as const

export const defineWrappers: Define = (program, shell) => {
  program
    .command('wrappers')
    .summary('who is awake')
    .description(
      'Lists every wrapper: fresh, stale (it has not refreshed for too long) or orphan (its process is gone), and why.',
    )
    .option('--json', 'print them as JSON')
    .addHelpText('after', EXAMPLES)
    .action(
      shell.run(async (options) => {
        const wrappers = await readWrappers(shell.open(options), shell.environment)
        if (options.json === true) shell.out(`${JSON.stringify(wrappers)}\n`)
        else if (wrappers.length === 0) shell.note('nobody is awake')
        else for (const wrapper of wrappers) shell.out(render(wrapper))
        return 0
      }),
    )
}

async function readWrappers(
  { client, paths }: House,
  environment: NodeJS.ProcessEnv,
): Promise<WrapperView[]> {
  const live = await client.ask('wrappers', {})
  if (live !== undefined) return live
  const { offlineWrappers } = await import('../../offline/wrappers.ts')
  return offlineWrappers(paths, environment)
}

function render({ status, pid, label, session, reason }: WrapperView): string {
  const who = [label, session === null ? null : `session ${session}`].filter(
    (part) => part !== null,
  )
  const name = who.length === 0 ? '' : ` ${printableLine(who.join(', '), 60)}`
  return `${paint(COLOURS[status], status.padEnd(6))} ${String(pid ?? '?').padStart(7)}${name}: ${printableLine(reason)}\n`
}

const EXAMPLES = `
Examples:
  curfew wrappers
  curfew wrappers --json | jq '.[] | select(.status == "orphan")'`
