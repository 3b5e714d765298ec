import { readFileSync } from 'node:fs'
import { callDaemon } from '../../src/client/call.ts'
import type { EventView, StatusView } from '../../src/contract/shapes.ts'
import type { VerbInputs, VerbName, VerbOutputs } from '../../src/contract/verbs.ts'
import type { Cleaning } from './cleaning.ts'
import { CURFEW, type House, makeHouse } from './house.ts'
import { type Ended, type Program, startCommand } from './program.ts'
import { GIVE_UP_MS, waitFor } from './wait-for.ts'

export interface DaemonOptions {
  /** A fresh one unless given. */
  readonly house?: House
  /** On top of the house's environment. */
  readonly env?: NodeJS.ProcessEnv
  /** Another build than the one under test. */
  readonly entry?: readonly string[]
  /** What to run it under, such as `prlimit --nofile=64`. */
  readonly under?: readonly string[]
  /** The process that answers, where it is not the one that was started. */
  readonly anyPid?: boolean
}

/** A daemon in the foreground of this test. */
export interface TestDaemon {
  readonly house: House
  readonly pid: number
  readonly program: Program
  /** Asks a verb over the socket; throws unless it is answered well. */
  ask<Name extends VerbName>(name: Name, ...given: Given<Name>): Promise<VerbOutputs[Name]>
  status(): Promise<StatusView>
  /** All events, oldest first. */
  events(): Promise<EventView[]>
  /** Resolves to the first event of that type, behind the id where one is given. */
  event(type: EventView['type'], behind?: number): Promise<EventView>
  /** Sends SIGTERM and resolves when it is gone. */
  stop(): Promise<Ended>
  kill(): Promise<Ended>
}

/** Starts `curfew daemon` and resolves when it answers; it is ended and reaped when the test is over. */
export async function startDaemon(t: Cleaning, options: DaemonOptions = {}): Promise<TestDaemon> {
  const house = options.house ?? makeHouse(t)
  const program = launchDaemon(t, { ...options, house })
  const pid = await untilItAnswers(house, program, options.anyPid === true)
  return describe(house, program, pid)
}

/** Starts `curfew daemon` and does not wait for it. */
export function launchDaemon(t: Cleaning, options: DaemonOptions & { house: House }): Program {
  const { house, env = {}, entry = CURFEW, under = [] } = options
  const [command, ...args] = [...under, ...entry, 'daemon']
  return startCommand(t, command, args, { env: { ...house.env, ...env }, cwd: house.folder })
}

/** Asks a verb of whoever answers in that house. */
export async function askHouse<Name extends VerbName>(
  house: House,
  name: Name,
  input: VerbInputs[Name],
): Promise<VerbOutputs[Name]> {
  const result = await callDaemon(name, input, {
    socket: house.paths.socket,
    timeoutMs: GIVE_UP_MS,
  })
  if (result.kind === 'ok') return result.value
  throw new Error(`asked ${name}: ${JSON.stringify(result)}`)
}

/** Verbs that need nothing may be asked without an input. */
type Given<Name extends VerbName> =
  Record<string, never> extends VerbInputs[Name]
    ? [input?: VerbInputs[Name]]
    : [input: VerbInputs[Name]]

function inputOf<Name extends VerbName>(given: Given<Name>): VerbInputs[Name] {
  return (given[0] ?? {}) as VerbInputs[Name]
}

/** The marker as it lies on disk. */
export function markerText(house: House): string {
  return readFileSync(house.paths.marker, 'utf8')
}

async function untilItAnswers(house: House, program: Program, anyPid: boolean): Promise<number> {
  const { socket } = house.paths
  const hello = await waitFor(
    async () => {
      const { exitCode, signalCode } = program.child
      if (exitCode !== null || signalCode !== null) {
        throw new Error(
          `the daemon ended (${exitCode ?? signalCode}) before it answered: ${program.stderr()}`,
        )
      }
      const result = await callDaemon('hello', {}, { socket, timeoutMs: 2_000 })
      return result.kind === 'ok' && (anyPid || result.value.pid === program.pid)
        ? result.value
        : undefined
    },
    { what: `the daemon of ${house.home} to answer (it said: ${program.stderr()})` },
  )
  return hello?.pid ?? 0
}

function describe(house: House, program: Program, pid: number): TestDaemon {
  const events = async (): Promise<EventView[]> =>
    (await askHouse(house, 'events', { limit: 1000 })).toReversed()
  return {
    house,
    pid,
    program,
    ask: (name, ...given) => askHouse(house, name, inputOf(given)),
    status: () => askHouse(house, 'status', {}),
    events,
    event: (type, behind = 0) => untilEvent(house, type, behind),
    stop: () => program.kill('SIGTERM'),
    kill: () => program.kill('SIGKILL'),
  }
}

async function untilEvent(
  house: House,
  type: EventView['type'],
  behind: number,
): Promise<EventView> {
  const found = await waitFor(
    async () => {
      const events = await askHouse(house, 'events', { limit: 1000 })
      return events.findLast((event) => event.type === type && event.id > behind)
    },
    { what: `an event ${type} in ${house.home}`, everyMs: 10 },
  )
  if (found === undefined) throw new Error(`no event ${type}`)
  return found
}
