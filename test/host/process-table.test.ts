import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { parsePs } from '../../src/host/identity-darwin.ts'
import { lookAt } from '../../src/host/identity.ts'
import { createProcessTable, parsePsList } from '../../src/host/process-table.ts'
import { needsLinux } from '../support/needs.ts'
import { startCommand } from '../support/program.ts'
import { waitFor } from '../support/wait-for.ts'

const NOBODY = 4_000_000

/** One process among so many that are not there; looks at it in a round of its own each time. */
function among(others: number) {
  const table = createProcessTable()
  return async (pid: number, closely = false) => {
    await table.begin()
    for (let number = 0; number < others; number += 1) {
      assert.equal(table.look(table.find(NOBODY + number), false).state, 'gone')
    }
    const look = table.look(table.find(pid), closely)
    table.end()
    return look
  }
}

for (const others of [0, 300, 1_000]) {
  test(`W1: among ${others} others, who lives and who is gone is told at once`, async (t) => {
    const look = among(others)
    const sleeper = startCommand(t, 'sleep', ['600'])
    assert.deepEqual(await look(sleeper.pid), lookAt(sleeper.pid))
    assert.deepEqual(await look(sleeper.pid), lookAt(sleeper.pid))
    await sleeper.kill()
    assert.equal((await look(sleeper.pid)).state, 'gone')
    assert.equal((await look(process.pid)).state, 'alive')
  })

  test(`W1: among ${others} others, a zombie is gone`, { skip: needsLinux() }, async (t) => {
    const look = among(others)
    const { parent, pid } = await makeZombie(t)
    assert.equal((await look(pid, true)).state, 'gone')
    assert.equal((await look(pid, true)).state, 'gone')
    await parent.kill()
  })
}

test('one look answers for all who ask in the same round', async () => {
  const table = createProcessTable()
  await table.begin()
  const first = table.look(table.find(process.pid), true)
  assert.equal(table.look(table.find(process.pid), true), first)
  assert.equal(table.look(table.find(process.pid), false), first)
  table.end()
})

test('the list that ps gives is read line by line', () => {
  const text = [
    '    1 Fri Nov 20 09:00:00 2026     Ss  ',
    '  472 Fri Nov 20 10:15:30 2026     R+',
    ' 9999 Sun Nov  1 00:00:00 2026     Z',
    'nonsense',
    '',
  ].join('\n')
  const looks = [...parsePsList(text)].map(([pid, line]) => [pid, parsePs(line)])
  const alive = (processStart: string): object => ({
    state: 'alive',
    processStart,
    startedAtMs: Date.parse(processStart),
  })
  assert.deepEqual(looks, [
    ['1', alive('2026-11-20T09:00:00Z')],
    ['472', alive('2026-11-20T10:15:30Z')],
    ['9999', { state: 'gone' }],
  ])
})

async function makeZombie(t: TestContext) {
  const parent = startCommand(t, 'sh', ['-c', 'true & echo $!; exec sleep 600'])
  const pid = Number(await parent.nextLine())
  await waitFor(() => lookAt(pid).state === 'gone', { what: 'the zombie' })
  return { parent, pid }
}
