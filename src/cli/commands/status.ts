import { setTimeout as delay } from 'node:timers/promises'
import type { StatusView } from '../../contract/shapes.ts'
import type { Define } from '../command-table.ts'
import { renderStatus } from '../render-status.ts'
import { clearScreen } from '../style.ts'
import type { CommonOptions, House, Shell } from '../shell.ts'

const WATCH_EVERY_MS = 1_000

interface StatusOptions extends CommonOptions {
  readonly watch?: boolean
}

export const defineStatus: Define = (program, shell) => {
  program
    .command('status')
    .summary('the state of the house, who is awake, what happens next')
    .description(
      'Shows the state of the house. With no daemon it reads what the last one left, and says so.',
    )
    .option('--json', 'print it as JSON (`curfew schema status`)')
    .option('--watch', 'show it again every second until Ctrl-C')
    .addHelpText('after', EXAMPLES)
    .action(shell.run((options: StatusOptions) => showStatus(shell, options)))
}

export async function showStatus(shell: Shell, options: StatusOptions): Promise<number> {
  const house = shell.open(options)
  for (;;) {
    const status = await readStatus(house, shell.environment)
    const text = options.json === true ? `${JSON.stringify(status)}\n` : renderStatus(status)
    shell.out(options.watch === true && options.json !== true ? clearScreen() + text : text)
    if (options.watch !== true) return 0
    await delay(WATCH_EVERY_MS)
  }
}

async function readStatus(
  { client, paths }: House,
  environment: NodeJS.ProcessEnv,
): Promise<StatusView> {
  const live = await client.ask('status', {})
  if (live !== undefined) return live
  const { offlineStatus } = await import('../../offline/status.ts')
  return offlineStatus(paths, environment)
}

const EXAMPLES = `
Examples:
  curfew status
  curfew status --json
  curfew status --watch`
