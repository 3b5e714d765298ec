import type { PathsView } from '../../contract/shapes.ts'
import type { Paths } from '../../host/paths.ts'
import type { Define } from '../command-table.ts'
import type { CommonOptions, Shell } from '../shell.ts'

interface PathsOptions extends CommonOptions {
  readonly socket?: boolean
}

export const definePaths: Define = (program, shell) => {
  program
    .command('paths')
    .summary('where everything lies')
    .description('Prints where home, config, log, socket and the rest lie.')
    .option('--json', 'print them as JSON')
    .option('--socket', 'print the path of the socket only')
    .addHelpText('after', EXAMPLES)
    .action(shell.run((options: PathsOptions) => showPaths(shell, options)))
}

export async function showPaths(shell: Shell, options: PathsOptions): Promise<number> {
  const view = viewPaths(shell.open(options).paths)
  if (options.json === true) shell.out(`${JSON.stringify(view)}\n`)
  else if (options.socket === true) shell.out(`${view.socket}\n`)
  else for (const [name, path] of Object.entries(view)) shell.out(`${name.padEnd(10)} ${path}\n`)
  return 0
}

function viewPaths(paths: Paths): PathsView {
  const { home, config, log, socket, marker, store, lifecycle, wake, wrappers, reports, jobs } =
    paths
  return { home, config, log, socket, marker, store, lifecycle, wake, wrappers, reports, jobs }
}

const EXAMPLES = `
Examples:
  curfew paths
  curl --unix-socket "$(curfew paths --socket)" http://curfew/v1/status`
