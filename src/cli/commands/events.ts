import type { EventView } from '../../contract/shapes.ts'
import { ProblemError } from '../../domain/problem.ts'
import { parseId, parseLimit } from '../arguments.ts'
import type { Define } from '../command-table.ts'
import { renderEvent } from '../render-event.ts'
import type { CommonOptions, House, Shell } from '../shell.ts'

interface EventsOptions extends CommonOptions {
  readonly follow?: boolean
  readonly limit: number
  readonly before?: number
}

export const defineEvents: Define = (program, shell) => {
  program
    .command('events')
    .summary('what happened, when and why')
    .description(
      'Prints what happened: transitions, locks, config, failures. The newest come last; as JSON they come first.',
    )
    .option('--json', 'print JSON: a list, or one object a line with -f')
    .option('-f, --follow', 'go on printing what happens until Ctrl-C')
    .option('-n, --limit <N>', 'how many', parseLimit, 100)
    .option('--before <ID>', 'only events before this one', parseId)
    .addHelpText('after', EXAMPLES)
    .action(
      shell.run(async (options: EventsOptions) => {
        const house = shell.open(options)
        const { isLive, past } = await readEvents(house, options)
        if (options.follow !== true && options.json === true) {
          shell.out(`${JSON.stringify(past)}\n`)
          return 0
        }
        const oldestFirst = past.toReversed()
        for (const event of oldestFirst) print(event, options, shell)
        if (options.follow === true)
          await follow(house, { last: oldestFirst.at(-1)?.id ?? 0, isLive }, options, shell)
        return 0
      }),
    )
}

async function readEvents(
  { client, paths }: House,
  options: EventsOptions,
): Promise<{ readonly past: EventView[]; readonly isLive: boolean }> {
  const { limit, before } = options
  const live = await client.ask('events', { limit, ...(before === undefined ? {} : { before }) })
  if (live !== undefined) return { past: live, isLive: true }
  const { offlineEvents } = await import('../../offline/events.ts')
  const query = { limit, ...(before === undefined ? {} : { beforeId: before }) }
  return { past: await offlineEvents(paths, query), isLive: false }
}

async function follow(
  house: House,
  from: { readonly last: number; readonly isLive: boolean },
  options: EventsOptions,
  shell: Shell,
): Promise<void> {
  const { followEvents } = await import('../../client/follow-events.ts')
  const show = (event: EventView): void => print(event, options, shell)
  const outcome = await followEvents(house.paths, from.last, show, from.isLive)
  if (outcome === 'no_daemon') {
    throw new ProblemError({
      kind: 'no_daemon',
      message: 'no daemon runs, so nothing happens',
      hint: 'run `curfew start`',
    })
  }
}

function print(event: EventView, options: CommonOptions, shell: Shell): void {
  shell.out(options.json === true ? `${JSON.stringify(event)}\n` : renderEvent(event))
}

const EXAMPLES = `
Examples:
  curfew events -n 20
  curfew events -f
  curfew events --json | jq '.[0]'`
