import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import { test, type TestContext } from 'node:test'
import { takeLock } from '../../src/host/lock-file.ts'
import { removeMarker } from '../../src/host/marker-file.ts'
import { onEnd } from '../support/cleaning.ts'
import { type Program, programPath, startCommand, startProgram } from '../support/program.ts'
import { tempDir } from '../support/temp-dir.ts'

const hasStrace = spawnSync('strace', ['-V']).status === 0
const needsStrace = hasStrace ? false : 'skipped: needs strace'
const FIELDS = { hostname: os.hostname(), started_at: '2020-01-01T00:00:00Z', schema_version: 1 }

/** Every call by which taking and then releasing changes what is on disk. */
const STEPS: readonly [string, number, string, 'taking' | 'releasing'][] = [
  ['fsync', 1, 'before the content of the marker is kept', 'taking'],
  ['rename', 1, 'before the marker is in its place', 'taking'],
  ['fsync', 2, 'before the place of the marker is kept', 'taking'],
  ['rename', 2, 'before the marker is set aside', 'releasing'],
  ['unlink', 1, 'before the marker is removed', 'releasing'],
]

for (const [call, count, when, doing] of STEPS) {
  test(
    `L9: killed ${when}, the next one holds and nothing is left over`,
    { skip: needsStrace, timeout: 60_000 },
    async (t) => {
      const home = tempDir(t)
      const victim = await standingWith(t, `${call}:signal=SIGKILL:when=${count}`)
      victim.send(`take ${home}`)
      victim.send('release')
      await victim.ended
      assert.equal(victim.lines().length, doing === 'taking' ? 1 : 2)
      await assertNextHolds(t, home)
    },
  )
}

const FAILURES: readonly [string, number, string, RegExp][] = [
  ['fsync', 1, 'EIO', /^writing lock marker \S+: EIO$/],
  ['fsync', 2, 'EIO', /^writing lock marker \S+: EIO$/],
  ['rename', 1, 'ENOSPC', /^writing lock marker \S+: ENOSPC$/],
  ['rename', 2, 'EROFS', /^removing lock marker \S+: EROFS$/],
  ['unlink', 1, 'EIO', /^removing lock marker \S+: EIO$/],
]

for (const [call, count, code, said] of FAILURES) {
  test(
    `L6, L9: ${call} number ${count} answers ${code}: one clear line`,
    { skip: needsStrace, timeout: 60_000 },
    async (t) => {
      const home = tempDir(t)
      const victim = await standingWith(t, `${call}:error=${code}:when=${count}`)
      victim.send(`take ${home}`)
      victim.send('release')
      await Promise.all([victim.nextLine(), victim.nextLine()])
      const error = victim
        .lines()
        .flatMap((line) => (JSON.parse(line) as { error?: string }).error ?? [])
      assert.match(error.join('\n'), said)
      await victim.kill()
      await assertNextHolds(t, home)
    },
  )
}

test('L8: whatever the moment, a marker written since is never lost', async (t) => {
  const home = tempDir(t)
  const path = `${home}/.locked`
  const writer = startProgram(t, programPath('lock-writer.ts'), [path])
  await writer.nextLine()
  const outcomes = { removed: 0, changed: 0, missing: 0 }
  for (let round = 0; round < 400; round += 1) {
    const shown = JSON.stringify({ ...FIELDS, pid: 1_000 + round })
    const since = JSON.stringify({ ...FIELDS, pid: 5_000 + round })
    writeFileSync(path, shown)
    writer.send(since)
    spin(round % 40)
    outcomes[removeMarker(path, { kind: 'marker', text: shown })] += 1
    await writer.nextLine()
    assert.equal(readFileSync(path, 'utf8'), since)
    assert.deepEqual(readdirSync(home), ['.locked'])
  }
  t.diagnostic(JSON.stringify(outcomes))
})

/** Its calls are counted from the moment that it stands ready. */
async function standingWith(t: TestContext, inject: string): Promise<Program> {
  const call = inject.split(':')[0] ?? ''
  const strace = ['-f', '-qq', '-o', '/dev/null', '-e', `trace=${call}`, '-e', `inject=${inject}`]
  const program = startCommand(t, 'strace', [
    ...strace,
    process.execPath,
    programPath('lock-standing.ts'),
  ])
  await program.nextLine()
  return program
}

async function assertNextHolds(t: TestContext, home: string): Promise<void> {
  const paths = { marker: `${home}/.locked`, database: `${home}/.lock.db` }
  const attempt = await takeLock(paths, { hostname: os.hostname(), version: '1', startedAtMs: 0 })
  if (!attempt.held) throw new Error(`held by ${JSON.stringify(attempt.holder)}`)
  onEnd(t, () => attempt.lock.release())
  assert.deepEqual(readdirSync(home).sort(), ['.lock.db', '.locked'])
  attempt.lock.release()
  assert.deepEqual(readdirSync(home), ['.lock.db'])
}

/** Steps of about 10 µs, so that each round meets the writer elsewhere. */
function spin(steps: number): void {
  const began = performance.now()
  while (performance.now() - began < steps / 100) continue
}
