import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { CURFEW, makeHouse } from '../measure/house.ts'
import { race, run } from '../measure/rounds.ts'
import type { Aim, Figures, Row, Scale } from '../row.ts'

/** 150 ms where Node needs 50 for two starts. */
const AIM: Aim = { kind: 'ratio', most: 3 }
const NOTHING = [process.execPath, join(import.meta.dirname, '../floors/nothing.cjs')]

/** From no daemon to the first answer, against two starts of Node. */
export function coldStartRows(): Row[] {
  return [
    row('cold', 'start + status, the home of last time', 'kept'),
    row('cold-first', 'start + status, no home yet', 'fresh'),
  ]
}

function row(name: string, what: string, home: 'kept' | 'fresh'): Row {
  const measure = (scale: Scale): Promise<Figures> => compare(home, scale)
  return { name, what, unit: 'ms', aim: AIM, measure }
}

async function compare(kind: 'kept' | 'fresh', { rounds }: Scale): Promise<Figures> {
  using house = makeHouse()
  const { env, home } = house
  const commands = [
    [...CURFEW, 'start'],
    [...CURFEW, 'status'],
  ]
  const after = (): void => {
    run([...CURFEW, 'stop'], env)
    if (kind === 'fresh') rmSync(home, { recursive: true })
  }
  return race({ commands: [NOTHING, NOTHING], env }, { commands, env, after }, rounds)
}
