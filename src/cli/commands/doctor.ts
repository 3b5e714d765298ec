import type { CheckView } from '../../contract/shapes.ts'
import type { Define } from '../command-table.ts'
import type { CommonOptions, House } from '../shell.ts'
import { paint } from '../style.ts'

interface DoctorOptions extends CommonOptions {
  readonly fix?: boolean
}

const EXIT = { ok: 0, warn: 1, fail: 2 } as const
const COLOURS = { ok: 'green', warn: 'yellow', fail: 'red' } as const

export const defineDoctor: Define = (program, shell) => {
  program
    .command('doctor')
    .summary('check everything, say what is wrong and how to mend it')
    .description(
      'Checks home, lock, daemon, store, config and disk. Exits 0 when all is well, 1 with warnings, 2 with failures.',
    )
    .option('--fix', 'mend what can be mended without risk')
    .option('--json', 'print the findings as JSON')
    .addHelpText('after', EXAMPLES)
    .action(
      shell.run(async (options: DoctorOptions) => {
        const house = shell.open(options)
        const { examine } = await import('../../offline/doctor.ts')
        const view = await examine(doctorDeps(house, shell.environment), options.fix === true)
        if (options.json === true) shell.out(`${JSON.stringify(view)}\n`)
        else for (const check of view.checks) shell.out(render(check))
        return EXIT[view.status]
      }),
    )
}

function doctorDeps({ client, paths }: House, environment: NodeJS.ProcessEnv) {
  return {
    paths,
    environment,
    hello: async () => (await client.peek('hello', {})) ?? null,
    status: async () => (await client.peek('status', {})) ?? null,
  }
}

function render({ name, status, why, mend }: CheckView): string {
  const advice = mend === null ? '' : `\n${' '.repeat(19)}→ ${mend}`
  return `${paint(COLOURS[status], status.padEnd(5))} ${name.padEnd(12)} ${why}${advice}\n`
}

const EXAMPLES = `
Examples:
  curfew doctor
  curfew doctor --fix
  curfew doctor --json | jq '.checks[] | select(.status != "ok")'`
