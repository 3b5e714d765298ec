import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { startDaemon, type TestDaemon } from '../support/daemon.ts'
import { makeHouse } from '../support/house.ts'
import { needs, needsCommand, needsLinux } from '../support/needs.ts'
import { waitFor } from '../support/wait-for.ts'

const LONG_TICK = { CURFEW_TICK: '1h' }

test('X2: a file put into the spool wakes the daemon at once and is gone', async (t) => {
  const daemon = await startDaemon(t, { env: LONG_TICK })
  const before = (await daemon.status()).last_activity ?? ''
  const { wake } = daemon.house.paths
  writeFileSync(join(wake, 'from-cron'), 'anything')
  const woken = await daemon.event('woken')
  assert.equal(woken.message, 'woken by from-cron')
  assert.deepEqual(readdirSync(wake), [])
  assert.ok(((await daemon.status()).last_activity ?? '') > before, 'a signal is activity')
})

test('X2: wake.signal, written in place or renamed there, wakes and is consumed', async (t) => {
  const daemon = await startDaemon(t, { env: LONG_TICK })
  const { wakeSignal } = daemon.house.paths
  writeFileSync(wakeSignal, '')
  const first = await daemon.event('woken')
  assert.equal(first.message, 'woken by wake.signal')
  writeFileSync(`${wakeSignal}.new`, 'x')
  renameSync(`${wakeSignal}.new`, wakeSignal)
  await daemon.event('woken', first.id)
  assert.equal(existsSync(wakeSignal), false)
})

test('X2: signals that were left while nobody was there are taken at the start', async (t) => {
  const house = makeHouse(t)
  mkdirSync(house.paths.wake, { recursive: true, mode: 0o700 })
  for (const name of ['a', 'b', 'c']) writeFileSync(join(house.paths.wake, name), '')
  writeFileSync(house.paths.wakeSignal, '')
  const daemon = await startDaemon(t, { house, env: LONG_TICK })
  assert.equal((await daemon.event('woken')).message, 'woken by a and 3 more')
  assert.deepEqual(readdirSync(house.paths.wake), [])
  assert.equal(existsSync(house.paths.wakeSignal), false)
})

test('X2: whatever lies in the spool is used up, and a link only by its name', async (t) => {
  const house = makeHouse(t)
  const victim = join(house.folder, 'victim')
  mkdirSync(join(victim, 'inside'), { recursive: true })
  writeFileSync(join(victim, 'file'), 'precious')
  const daemon = await startDaemon(t, { house, env: LONG_TICK })
  const { wake } = house.paths
  symlinkSync(victim, join(wake, 'link'))
  symlinkSync(join(victim, 'file'), join(wake, 'file-link'))
  symlinkSync('/nowhere', join(wake, 'dangling'))
  mkdirSync(join(wake, 'folder/below'), { recursive: true })
  execFileSync('mkfifo', [join(wake, 'fifo')])
  writeFileSync(join(wake, 'unreadable'), '', { mode: 0 })
  writeFileSync(join(wake, '\u001b[31mred\nline'), '')
  symlinkSync(join(victim, 'file'), house.paths.wakeSignal)
  await untilUsedUp(daemon)
  assert.equal(readFileSync(join(victim, 'file'), 'utf8'), 'precious')
  assert.ok(existsSync(join(victim, 'inside')))
  for (const { type, message } of await daemon.events()) {
    if (type === 'woken') assert.match(message, /^[\x20-\x7e]+$/, 'names are made harmless')
  }
})

test('X2: a thousand signals at once are few turns, and none is left', async (t) => {
  const daemon = await startDaemon(t, { env: LONG_TICK })
  const { wake } = daemon.house.paths
  for (let number = 0; number < 1000; number += 1) writeFileSync(join(wake, `s${number}`), '')
  await untilUsedUp(daemon)
  const woken = (await daemon.events()).filter(({ type }) => type === 'woken')
  assert.ok(woken.length < 500, `${woken.length} events`)
  assert.deepEqual((await daemon.status()).warnings, [])
})

test('W8: with the folder removed and made anew, where the watcher sees nothing, the tick finds the signal', async (t) => {
  const daemon = await startDaemon(t, { env: { CURFEW_TICK: '100ms' } })
  const { wake } = daemon.house.paths
  rmSync(wake, { recursive: true })
  mkdirSync(wake, { mode: 0o700 })
  writeFileSync(join(wake, 'x'), '')
  await daemon.event('woken')
})

test(
  'W8: where nothing can be watched that is said once, and the tick finds signals and config all the same',
  {
    skip: needs(needsLinux(), needsCommand('strace')),
  },
  async (t) => {
    const house = makeHouse(t)
    const under = [
      'strace',
      '-f',
      '-qq',
      '-o',
      '/dev/null',
      '--seccomp-bpf',
      '-e',
      'trace=inotify_init1',
    ]
    const inject = ['-e', 'inject=inotify_init1:error=EMFILE']
    const daemon = await startDaemon(t, {
      house,
      env: { CURFEW_TICK: '100ms' },
      under: [...under, ...inject],
      anyPid: true,
    })
    const failed = await daemon.event('watch_failed')
    assert.match(failed.message, /is not watched \(EMFILE\); it is looked at on every tick instead/)
    writeFileSync(house.paths.wakeSignal, '')
    await daemon.event('woken')
    writeFileSync(house.paths.config, '{"reportsKept": 3}')
    await daemon.event('config_reloaded')
    const said = (await daemon.events()).filter(({ type }) => type === 'watch_failed')
    assert.equal(new Set(said.map(({ message }) => message)).size, said.length, 'each folder once')
    process.kill(daemon.pid, 'SIGTERM')
    assert.equal((await daemon.program.ended).code, 0)
  },
)

async function untilUsedUp({ house }: TestDaemon): Promise<void> {
  const { wake, wakeSignal } = house.paths
  await waitFor(() => readdirSync(wake).length === 0 && !existsSync(wakeSignal), {
    what: 'the signals to be used up',
  })
}
