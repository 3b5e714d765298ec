import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import {
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import os from 'node:os'
import { test } from 'node:test'
import { bootId, selfIdentity } from '../../src/host/identity.ts'
import {
  endedPid,
  hold,
  letGoAtEnd,
  markerText,
  standing,
  takeHome,
  tell,
  writeMarker,
} from '../support/lock-home.ts'
import { programPath, startCommand } from '../support/program.ts'
import { tempDir } from '../support/temp-dir.ts'

const needsRoot = process.getuid?.() === 0 ? false : 'skipped: needs root'

test('L1: a first start writes the marker, private, with every field, and leaves nothing else', async (t) => {
  const home = tempDir(t)
  const { previous, notes } = await hold(t, home)
  assert.deepEqual(JSON.parse(markerText(home)), {
    pid: process.pid,
    hostname: os.hostname(),
    started_at: '2026-11-20T10:00:00.123Z',
    schema_version: 1,
    process_start: selfIdentity().processStart,
    boot_id: bootId(),
    version: '1.0.0',
  })
  assert.equal(statSync(`${home}/.locked`).mode & 0o777, 0o600)
  assert.deepEqual(readdirSync(home).sort(), ['.lock.db', '.locked'])
  assert.deepEqual({ previous, notes }, { previous: null, notes: [] })
})

test('L2: the second is told who has it and changes nothing', async (t) => {
  const home = tempDir(t)
  await hold(t, home)
  const before = markerText(home)
  const answer = await tell(await standing(t), `take ${home}`)
  assert.deepEqual([answer.held, answer.holder?.pid], [false, process.pid])
  assert.equal(markerText(home), before)
})

test('L2: the holder itself is told that it has it', async (t) => {
  const home = tempDir(t)
  const { lock } = await hold(t, home)
  const again = await takeHome(home)
  assert.equal(!again.held && again.holder?.pid, process.pid)
  assert.deepEqual(lock.check(), { ok: true })
})

test('L2: one that comes while the holder leaves gets it', async (t) => {
  const home = tempDir(t)
  const { lock } = await hold(t, home)
  rmSync(`${home}/.locked`)
  const coming = takeHome(home)
  lock.release()
  assert.equal(letGoAtEnd(t, await coming).held, true)
})

test('L7: letting go removes our marker and nothing else', async (t) => {
  const home = tempDir(t)
  const { lock } = await hold(t, home)
  lock.release()
  lock.release()
  assert.deepEqual(readdirSync(home), ['.lock.db'])
  assert.equal(lock.check().ok, false)
  assert.equal((await tell(await standing(t), `take ${home}`)).held, true)
})

const losses: readonly [string, (home: string) => void, RegExp][] = [
  ['its marker is gone', (home) => rmSync(`${home}/.locked`), /marker .* is gone/],
  [
    'its marker names somebody else',
    (home) => writeMarker(home, { pid: 4 }),
    /not ours any more: .*4/,
  ],
  [
    'its marker is garbage',
    (home) => writeFileSync(`${home}/.locked`, Buffer.of(255)),
    /not UTF-8/,
  ],
  ['its lock file is gone', (home) => rmSync(`${home}/.lock.db`), /lock file .* is gone/],
  ['its lock file is another', (home) => replaceLockFile(home), /lock file .* was replaced/],
  ['its home is gone', (home) => rmSync(home, { recursive: true }), /lock file .* is gone/],
]

for (const [name, lose, reason] of losses) {
  test(`L7: a holder notices that ${name}, and takes nothing with it`, async (t) => {
    const home = `${tempDir(t)}/home`
    mkdirSync(home)
    const { lock } = await hold(t, home)
    lose(home)
    const before = existsSync(home) ? readdirSync(home).sort() : []
    const check = lock.check()
    assert.match(check.ok ? 'ok' : check.reason, reason)
    const ours = existsSync(`${home}/.locked`) && markerText(home).includes(bootId())
    lock.release()
    const after = existsSync(home) ? readdirSync(home).sort() : []
    assert.deepEqual(after, ours ? before.filter((name_) => name_ !== '.locked') : before)
  })
}

test('L7: a marker that was touched or rewritten with the same text is still ours', async (t) => {
  const home = tempDir(t)
  const { lock } = await hold(t, home)
  utimesSync(`${home}/.locked`, 1, 1)
  assert.deepEqual(lock.check(), { ok: true })
  const text = markerText(home)
  writeFileSync(`${home}/copy`, text)
  renameSync(`${home}/copy`, `${home}/.locked`)
  assert.deepEqual(lock.check(), { ok: true })
})

test('L7: a home cannot be doubled by taking the lock file from under a holder', async (t) => {
  const home = tempDir(t)
  const holder = await standing(t)
  assert.equal((await tell(holder, `take ${home}`)).held, true)
  rmSync(`${home}/.lock.db`)
  const refused = await takeHome(home)
  assert.equal(!refused.held && refused.holder?.pid, holder.pid)
  assert.equal((await tell(holder, 'check')).ok, false)
  await tell(holder, 'release')
  await hold(t, home)
})

test('L9: temp files of writers that are gone go, those of the living stay', async (t) => {
  const home = tempDir(t)
  const gone = await endedPid(t)
  const living = startCommand(t, 'sleep', ['60'])
  const stays = [tempName(living.pid), `${tempName(gone)}.txt`, 'tmp-1-0123456789ab']
  const goes = [tempName(gone), tempName(process.pid), tempName(process.ppid)]
  for (const name of [...stays, ...goes]) writeFileSync(`${home}/${name}`, '')
  utimesSync(`${home}/${tempName(process.ppid)}`, 1, 1)
  const { notes } = await hold(t, home)
  assert.deepEqual(readdirSync(home).sort(), ['.lock.db', '.locked', ...stays].sort())
  assert.deepEqual(notes, [])
})

test('L9: what cannot be swept is told and stops nothing', async (t) => {
  const home = tempDir(t)
  const name = tempName(await endedPid(t))
  mkdirSync(`${home}/${name}`)
  const { notes } = await hold(t, home)
  assert.equal(notes.length, 1)
  assert.match(notes[0] ?? '', new RegExp(name))
})

test('L3: a file that is no database in the place of the lock is told among the notes', async (t) => {
  const home = tempDir(t)
  writeFileSync(`${home}/.lock.db`, 'x'.repeat(99))
  assert.match((await hold(t, home)).notes.join(), /had 99 bytes/)
})

test(
  'a marker that cannot be written is one clear line, and the lock is let go',
  { skip: needsRoot },
  async (t) => {
    const home = tempDir(t)
    execFileSync('chmod', ['755', home])
    writeFileSync(`${home}/.lock.db`, '')
    chownSync(`${home}/.lock.db`, 65534, 65534)
    const asNobody = ['--reuid=65534', '--regid=65534', '--clear-groups', process.execPath]
    for (let times = 0; times < 2; times += 1) {
      const program = startCommand(t, 'setpriv', [...asNobody, programPath('lock-standing.ts')])
      await program.nextLine()
      const { error } = await tell(program, `take ${home}`)
      assert.match(error ?? '', /^writing lock marker \/.*\/\.locked: EACCES$/)
    }
  },
)

function tempName(pid: number): string {
  return `.tmp-${pid}-0123456789ab`
}

function replaceLockFile(home: string): void {
  writeFileSync(`${home}/new`, '')
  renameSync(`${home}/new`, `${home}/.lock.db`)
}
