import assert from 'node:assert/strict'
import type { Cleaning } from './cleaning.ts'
import { markerText } from './daemon.ts'
import { CURFEW, type House } from './house.ts'
import { type Program, startCommand } from './program.ts'
import { waitFor } from './wait-for.ts'

/** Makes a home look as somebody left it; knows the process numbers that the starters will have. */
export type Seed = (house: House, starters: readonly number[]) => void

export interface RaceResult {
  readonly winner: Program
  /** The marker as the winner wrote it. */
  readonly marker: string
}

/** Lets several `curfew daemon` go at the same moment; checks that one holds and all others say so. */
export async function raceDaemons(
  t: Cleaning,
  house: House,
  count: number,
  seed: Seed,
): Promise<RaceResult> {
  const starters = Array.from({ length: count }, () => standReady(t, house))
  await Promise.all(starters.map((starter) => starter.line('ready')))
  const pids = starters.map((starter) => starter.pid)
  seed(house, pids)
  for (const starter of starters) starter.send('go')
  const winner = await untilOneIsLeft(starters)
  const marker = markerText(house)
  assert.equal(JSON.parse(marker).pid, winner.pid, 'the marker names the winner')
  for (const loser of starters) if (loser !== winner) await checkLoser(loser, winner)
  assert.equal(markerText(house), marker, 'the losers left the marker byte-identical')
  return { winner, marker }
}

/** The shell becomes the daemon, so its number is known before. */
function standReady(t: Cleaning, house: House): Program {
  const args = ['-c', 'echo ready; read -r go; exec "$@"', 'sh', ...CURFEW, 'daemon']
  return startCommand(t, 'sh', args, { env: house.env, cwd: house.folder })
}

async function untilOneIsLeft(starters: readonly Program[]): Promise<Program> {
  const isReady = (starter: Program): boolean => starter.stderr().includes('looks after')
  const hasEnded = ({ child }: Program): boolean =>
    child.exitCode !== null || child.signalCode !== null
  const say = (): string =>
    starters.map((starter) => `${starter.child.exitCode}: ${starter.stderr()}`).join('')
  try {
    await waitFor(() => starters.every((starter) => isReady(starter) || hasEnded(starter)), {
      what: 'every starter to hold or to end',
    })
  } catch (error) {
    throw new Error(say(), { cause: error })
  }
  const winners = starters.filter((starter) => isReady(starter))
  const [winner] = winners
  assert.ok(winner !== undefined && winners.length === 1, `${winners.length} winners:\n${say()}`)
  return winner
}

async function checkLoser(loser: Program, winner: Program): Promise<void> {
  const { code } = await loser.ended
  assert.equal(code, 5, loser.stderr())
  // Where the machine is so busy that the winner is slow to say who it is, the loser does not wait for ever.
  const who = `(?:process ${winner.pid} on |another curfew that has not yet said who it is)`
  assert.match(loser.stderr(), new RegExp(`^curfew: \\S.* already looked after by ${who}[^\n]*\n$`))
}
