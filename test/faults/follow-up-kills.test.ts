import assert from 'node:assert/strict'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import type { FollowUpView } from '../../src/contract/follow-ups.ts'
import { connect } from '../../src/index.ts'
import { startCurfew } from '../support/cli.ts'
import { askHouse, startDaemon, type TestDaemon } from '../support/daemon.ts'
import { submit, untilEnds } from '../support/daemon-jobs.ts'
import { type HookAnswer, listenForHooks } from '../support/hook-server.ts'
import { type House, makeHouse } from '../support/house.ts'
import { rounds } from '../support/rounds.ts'
import { waitFor } from '../support/wait-for.ts'

const LANES = 2
const KILLS = LANES * rounds(10)
const QUICK = {
  CURFEW_FOLLOW_UP_FROM: '50ms',
  CURFEW_FOLLOW_UP_TO: '100ms',
  CURFEW_FOLLOW_UP_TRIES: '1000',
}

/** Sessions at one step each when the daemon is killed; how often each may have heard of its job by the end. */
const MOST_HEARD = { ended: 2, told: 1, heard: 2, died: 1 } as const
type Step = keyof typeof MOST_HEARD
const STEPS = ['ended', 'told', 'heard', 'died'] as const

interface Lane {
  readonly house: House
  /** How often that session has heard, by the ids it was given. */
  readonly heardBy: (session: string) => readonly string[]
  /** Whether all of them are at their step. */
  readonly areHeld: (...sessions: string[]) => boolean
  readonly kill: (daemon: TestDaemon) => Promise<unknown>
}

/** One daemon after the other in one house; each kill finds four deliveries at four steps. */
async function playLane(t: TestContext, lane: Lane, env: NodeJS.ProcessEnv): Promise<void> {
  const { house } = lane
  const start = (): Promise<TestDaemon> => startDaemon(t, { house, env: { ...QUICK, ...env } })
  let daemon = await start()
  for (let round = 0; round < KILLS / LANES; round += 1) {
    const of = (step: Step): string => `${step}-${round}`
    for (const step of ['died', 'told', 'heard'] as const) {
      await submit(house, 'true', { session: of(step) })
    }
    await untilDelivered(house, of('died'))
    const held = [of('told'), of('heard')]
    await waitFor(() => lane.areHeld(...held), { what: `${held.join(' and ')} to be held` })
    const last = await submit(house, 'true', { session: of('ended') })
    await untilEnds(house, last)
    await lane.kill(daemon)
    daemon = await start()
    for (const step of STEPS) await untilDelivered(house, of(step))
  }
  for (const told of await daemon.ask('followups', { state: 'delivered' })) {
    const heard = lane.heardBy(told.session)
    const most = MOST_HEARD[told.session.split('-')[0] as Step]
    assert.ok(heard.length >= 1 && heard.length <= most, `${told.session}: ${heard.join(' ')}`)
    assert.deepEqual(new Set(heard), new Set([String(told.id)]), 'always the same id')
  }
  await daemon.stop()
}

/** On its first try a session is held where its name says, or its receiver dies. */
const RECEIVER = `
cat > /dev/null
first() { [ ! -e "$1" ] && : > "$1"; }
case $1 in
  told-*) first "$1.held" && exec sleep 300 ;;
  died-*) first "$1.died" && kill -9 $$ ;;
esac
echo "$2" >> "$1.heard"
case $1 in heard-*) first "$1.held" && exec sleep 300 ;; esac
exit 0
`

test(`F1: command: daemon, receiver and both are killed at every step, ${KILLS} times each: all is told, nothing after it was heard`, async (t) => {
  await inLanes(async () => {
    const house = makeHouse(t)
    const at = (name: string): string => join(house.folder, name)
    writeFileSync(at('receiver.sh'), RECEIVER)
    const command = JSON.stringify(['sh', 'receiver.sh', '{session}', '{ids}'])
    const lane: Lane = {
      house,
      heardBy: (session) =>
        readFileSync(at(`${session}.heard`), 'utf8')
          .trim()
          .split('\n'),
      areHeld: (...sessions) => sessions.every((session) => existsSync(at(`${session}.held`))),
      kill: (daemon) => daemon.kill(),
    }
    await playLane(t, lane, { CURFEW_FOLLOW_UP_COMMAND: command })
  })
})

test(`F1: webhook: daemon, receiver and both are killed at every step, ${KILLS} times each: all is told, nothing after it was heard`, async (t) => {
  await inLanes(async () => {
    const house = makeHouse(t)
    const heard = new Map<string, string[]>()
    const held = new Set<string>()
    const tried = new Set<string>()
    let letGo = (): void => undefined
    const answerTo = (body: string): HookAnswer | Promise<HookAnswer> => {
      const { session, followups } = JSON.parse(body) as {
        session: string
        followups: FollowUpView[]
      }
      const isFirst = !tried.has(session)
      tried.add(session)
      if (isFirst && session.startsWith('died')) return 'reset'
      if (isFirst && session.startsWith('told')) {
        held.add(session)
        return 'never'
      }
      heard.set(session, [...(heard.get(session) ?? []), followups.map(({ id }) => id).join()])
      if (!isFirst || !session.startsWith('heard')) return 200
      held.add(session)
      return new Promise((resolve) => {
        letGo = () => resolve(200)
      })
    }
    const hook = await listenForHooks(t, answerTo)
    const lane: Lane = {
      house,
      heardBy: (session) => heard.get(session) ?? [],
      areHeld: (...sessions) => sessions.every((session) => held.has(session)),
      kill: async (daemon) => {
        letGo()
        // Its answer is on the way by then, and nobody may be there any more to take it.
        await new Promise((resolve) => setImmediate(resolve))
        const killed = daemon.kill()
        hook.cut()
        return killed
      },
    }
    await playLane(t, lane, { CURFEW_FOLLOW_UP_WEBHOOK: hook.address })
  })
})

/** What was printed, or read, and not acknowledged before somebody died is there to be read again. */
test(`F1: long-poll, ack and wait --session: daemon, receiver and both are killed at every step, ${KILLS} times each: all is told, nothing after it was heard`, async (t) => {
  await inLanes(async () => {
    const house = makeHouse(t)
    const library = connect({ home: house.home })
    let daemon = await startDaemon(t, { house })
    const wait = (session: string) =>
      startCurfew(t, house, ['wait', '--session', session], { env: { CURFEW_AUTOSTART: 'false' } })
    const owed = async (session: string): Promise<readonly number[]> =>
      (await askHouse(house, 'followups', { session })).map(({ id }) => id)
    for (let round = 0; round < KILLS / LANES; round += 1) {
      const of = (step: string): string => `${step}-${round}`
      const killed = wait(of('killed'))
      const both = wait(of('both'))
      const patient = wait(of('patient'))
      const polling = library.nextFollowUps(of('polling'))
      for (const step of ['read', 'acked', 'killed'])
        await submit(house, 'true', { session: of(step) })
      const read = await library.nextFollowUps(of('read'))
      const [acked] = await library.nextFollowUps(of('acked'))
      await killed.line('follow-up')
      await killed.kill()
      await submit(house, 'true', { session: of('both') })
      await both.line('follow-up')
      const acknowledging = askHouse(house, 'ack', { ids: [acked?.id ?? 0] }).catch(String)
      await Promise.all([daemon.kill(), both.kill(), acknowledging])
      daemon = await startDaemon(t, { house })
      for (const step of ['polling', 'patient']) await submit(house, 'true', { session: of(step) })
      assert.equal((await patient.ended).code, 0, patient.stderr())
      assert.deepEqual(await owed(of('patient')), [], 'heard once it was printed')
      const polled = (await polling).map(({ id }) => id)
      assert.deepEqual(await owed(of('polling')), polled)
      assert.deepEqual(
        await owed(of('read')),
        read.map(({ id }) => id),
        'read is not heard',
      )
      for (const step of ['polling', 'read', 'acked', 'killed', 'both']) {
        const ids = await owed(of(step))
        if (ids.length > 0) await daemon.ask('ack', { ids })
      }
    }
    assert.deepEqual(await daemon.ask('followups'), [])
    const delivered = await daemon.ask('followups', { state: 'delivered', limit: 1_000 })
    assert.equal(delivered.length, (6 * KILLS) / LANES)
    await daemon.stop()
  })
})

function inLanes(play: () => Promise<void>): Promise<unknown> {
  return Promise.all(Array.from({ length: LANES }, play))
}

async function untilDelivered(house: House, session: string): Promise<void> {
  await waitFor(
    async () => (await askHouse(house, 'followups', { session, state: 'delivered' })).length > 0,
    { what: `${session} to be told` },
  )
}
