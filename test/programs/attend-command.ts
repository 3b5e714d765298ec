import { parseArgs } from 'node:util'
import { attendCommand } from '../../src/wrapper/attend-command.ts'

/** What `curfew attend` does, without the door: [--home H] [--label L] [--session S] [--activity-on-output] -- CMD… */
const { values, positionals } = parseArgs({
  options: {
    home: { type: 'string' },
    label: { type: 'string' },
    session: { type: 'string' },
    'refresh-ms': { type: 'string', default: '30000' },
    'activity-on-output': { type: 'boolean', default: false },
  },
  allowPositionals: true,
})

const { home, label, session } = values
const [command = '', ...args] = positionals
process.exitCode = await attendCommand(
  {
    home,
    label,
    session,
    refreshMs: Number(values['refresh-ms']),
    activityOnOutput: values['activity-on-output'],
    complain: (line) => process.stderr.write(`curfew attend: ${line}\n`),
  },
  [command, ...args],
)
