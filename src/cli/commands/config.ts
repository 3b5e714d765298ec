import type { ConfigView } from '../../contract/shapes.ts'
import type { Define } from '../command-table.ts'

export const defineConfig: Define = (program, shell) => {
  const config = program
    .command('config')
    .summary('what is set, and where it comes from')
    .description(
      'Prints every setting with its value and where it comes from: default, file or environment.',
    )
    .option('--json', 'print it as JSON')
    .addHelpText('after', EXAMPLES)
    .action(
      shell.run(async (options) => {
        const { paths } = shell.open(options)
        const { requireConfigView } = await import('../../offline/config.ts')
        const view = await requireConfigView(paths, shell.environment)
        shell.out(options.json === true ? `${JSON.stringify(view)}\n` : render(view))
        return 0
      }),
    )
  config
    .command('check')
    .summary('say everything that is wrong with the config')
    .description(
      'Checks the config file and the environment; says every problem on a line of its own.',
    )
    .option('--json', 'print it as JSON')
    .addHelpText('after', '\nExamples:\n  curfew config check')
    .action(
      shell.run(async (options) => {
        const { paths } = shell.open(options)
        const { readConfigView } = await import('../../offline/config.ts')
        const view = await readConfigView(paths, shell.environment)
        if (options.json === true) shell.out(`${JSON.stringify(view)}\n`)
        else for (const line of [...view.problems, ...view.warnings]) shell.note(line)
        if (view.ok && options.json !== true) shell.note(`${view.file}: nothing wrong`)
        return view.ok ? 0 : 6
      }),
    )
}

function render(view: ConfigView): string {
  const lines = view.values.map(
    ({ key, value, source }) => `${key.padEnd(18)} ${JSON.stringify(value).padEnd(12)} ${source}`,
  )
  return `${[...lines, ...view.warnings.map((warning) => `warning: ${warning}`)].join('\n')}\n`
}

const EXAMPLES = `
Examples:
  curfew config
  curfew config check
  CURFEW_TICK=5s curfew config --json`
