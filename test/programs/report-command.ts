import { parseArgs } from 'node:util'
import { reportCommand } from '../../src/wrapper/report-command.ts'

/** What `curfew report run` does, without the door: --home H --tool T [--unit-prefix P] [--total N] -- CMD… */
const { values, positionals } = parseArgs({
  options: {
    home: { type: 'string' },
    tool: { type: 'string', default: 'sh' },
    'unit-prefix': { type: 'string' },
    total: { type: 'string' },
  },
  allowPositionals: true,
})

const [command = '', ...args] = positionals
process.exitCode = await reportCommand(
  {
    home: values.home,
    tool: values.tool,
    unitPrefix: values['unit-prefix'],
    total: values.total === undefined ? undefined : Number(values.total),
    complain: (line) => process.stderr.write(`curfew report: ${line}\n`),
  },
  [command, ...args],
)
