import type { ForceUnlockView } from '../../contract/shapes.ts'
import { ProblemError } from '../../domain/problem.ts'
import { printableLine } from '../../domain/printable.ts'
import type { Holder } from '../../offline/holder.ts'
import { askYes } from '../ask-yes.ts'
import type { Define } from '../command-table.ts'
import type { CommonOptions, Shell } from '../shell.ts'

interface UnlockOptions extends CommonOptions {
  readonly yes?: boolean
}

export const defineForceUnlock: Define = (program, shell) => {
  program
    .command('force-unlock')
    .summary('remove the lock marker; says who held it')
    .description(
      'Removes the lock marker, whoever wrote it. You hardly need it: a daemon that starts judges a left-over marker by itself. A live daemon that finds its marker gone stops in order.',
    )
    .option('--yes', 'do not ask, also when the holder lives')
    .option('--json', 'print the outcome as JSON')
    .addHelpText('after', EXAMPLES)
    .action(
      shell.run(async (options: UnlockOptions) => {
        const { paths } = shell.open(options)
        const { lookAtHolder } = await import('../../offline/holder.ts')
        const holder = await lookAtHolder(paths)
        if (!(await mayRemove(holder, options, shell))) throw new ProblemError(kept(holder))
        const removed = await remove(paths.marker, holder)
        show(
          { removed, previous: previousOf(holder), previous_alive: holder.alive },
          holder,
          options,
          shell,
        )
        return 0
      }),
    )
}

async function mayRemove(holder: Holder, options: UnlockOptions, shell: Shell): Promise<boolean> {
  if (!holder.alive || options.yes === true) return true
  shell.note(`${describe(holder)} holds this home and is alive`)
  return askYes('Remove its marker all the same? It will stop in order. Type yes: ')
}

async function remove(path: string, holder: Holder): Promise<boolean> {
  const { seen } = holder
  if (seen.kind === 'none') return false
  const { removeMarker } = await import('../../client/remove-marker.ts')
  const outcome = removeMarker(path, seen)
  if (outcome !== 'changed') return outcome === 'removed'
  throw new ProblemError({
    kind: 'failed',
    message: 'the marker was written anew in the meantime and was left alone',
    hint: 'look again with `curfew force-unlock`',
  })
}

function show(view: ForceUnlockView, holder: Holder, options: UnlockOptions, shell: Shell): void {
  if (options.json === true) shell.out(`${JSON.stringify(view)}\n`)
  else if (!view.removed) shell.note('there was no marker')
  else shell.note(`removed the marker of ${describe(holder)}: ${holder.reason}`)
}

function previousOf({ seen, marker }: Holder): ForceUnlockView['previous'] {
  if (marker !== null) return { ...marker }
  return seen.kind === 'garbage' ? { unreadable: seen.reason } : null
}

function describe({ marker }: Holder): string {
  if (marker === null) return 'an unknown holder'
  return `process ${marker.pid} on ${printableLine(marker.hostname)} (since ${marker.started_at})`
}

function kept(holder: Holder): ProblemError['problem'] {
  return {
    kind: 'failed',
    message: `nothing was removed: ${describe(holder)} is alive`,
    hint: '`curfew stop` ends it; --yes removes its marker without asking',
  }
}

const EXAMPLES = `
Examples:
  curfew force-unlock
  curfew force-unlock --yes --json`
