import type { EventView } from '../../contract/shapes.ts'
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
        const past = await readEvents(house, options)
        if (options.follow !== true && options.json === true) {
          shell.out(`${JSON.stringify(past)}\n`)
          return 0
        }
        const oldestFirst = past.toReversed()
        for (const event of oldestFirst) print(event, options, shell)
        if (options.follow === true)
          await follow(house, oldestFirst.at(-1)?.id ?? 0, options, shell)
        return 0
      }),
    )
}

async function readEvents({ client, paths }: House, options: EventsOptions): Promise<EventView[]> {
  const { limit, before } = options
  const live = await client.ask('events', { limit, ...(before === undefined ? {} : { before }) })
  if (live !== undefined) return live
  const { offlineEvents } = await import('../../offline/events.ts')
  const query = { limit, ...(before === undefined ? {} : { beforeId: before }) }
  return offlineEvents(paths, query)
}

async function follow(
  { paths }: House,
  last: number,
  options: EventsOptions,
  shell: Shell,
): Promise<void> {
  const { followEvents } = await import('../../client/follow-events.ts')
  const show = (event: EventView): void => print(event, options, shell)
  await followEvents(paths, last, show, { onAlone: () => shell.note(ALONE) })
}

function print(event: EventView, options: CommonOptions, shell: Shell): void {
  shell.out(options.json === true ? `${JSON.stringify(event)}\n` : renderEvent(event))
}

const ALONE = 'curfew: no daemon runs; waiting for the next one (Ctrl-C ends it)'

const EXAMPLES = `
Examples:
  curfew events -n 20
  curfew events -f
  curfew events --json | jq '.[0]'

With -f it goes on from one daemon to the next, whatever ends them, and starts none itself.`
