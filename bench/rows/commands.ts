import { join } from 'node:path'
import { CURFEW, type House, LAUNCHER, makeHouse, startDaemon } from '../measure/house.ts'
import { race } from '../measure/rounds.ts'
import type { Aim, Figures, Row, Scale } from '../row.ts'

const floors = join(import.meta.dirname, '../floors')
const STATUS_AIM: Aim = { kind: 'ratio', most: 1.4 }
const RUN_AIM: Aim = { kind: 'ratio', most: 1.6 }
const WATCHED: Aim = { kind: 'none' }

/** Commands as whole processes. */
export function commandRows(): Row[] {
  const asked = 'whole process, daemon running'
  return [
    row('status', `status, ${asked}`, STATUS_AIM, asksSocket, [...CURFEW, 'status']),
    row('status-bin', `bin/curfew status, ${asked}`, STATUS_AIM, asksSocket, [
      ...LAUNCHER,
      'status',
    ]),
    row('status-home', 'status --home DIR, which needs the parser', WATCHED, asksSocket, (house) =>
      CURFEW.concat('status', '--home', house.home),
    ),
    row('run', `run -- true, ${asked}`, RUN_AIM, asksSocket, [...CURFEW, 'run', '--', 'true']),
    row('version', '--version', WATCHED, startsNode, [...CURFEW, '--version']),
    row('paths', 'paths', WATCHED, startsNode, [...CURFEW, 'paths']),
    row('help', '--help', WATCHED, startsNode, [...CURFEW, '--help']),
  ]
}

type Command = readonly string[] | ((house: House) => readonly string[])

function row(name: string, what: string, aim: Aim, floor: Command, curfew: Command): Row {
  const measure = (scale: Scale): Promise<Figures> => compare(floor, curfew, scale)
  return { name, what, unit: 'ms', aim, measure }
}

function asksSocket(house: House): readonly string[] {
  return [process.execPath, join(floors, 'socket-client.cjs'), house.socket]
}

function startsNode(): readonly string[] {
  return [process.execPath, join(floors, 'nothing.cjs')]
}

async function compare(floor: Command, curfew: Command, { rounds }: Scale): Promise<Figures> {
  using house = makeHouse()
  await using _daemon = await startDaemon(house)
  const argvOf = (command: Command): readonly string[] =>
    typeof command === 'function' ? command(house) : command
  const [least, ours] = [argvOf(floor), argvOf(curfew)]
  return race({ commands: [least], env: house.env }, { commands: [ours], env: house.env }, rounds)
}
