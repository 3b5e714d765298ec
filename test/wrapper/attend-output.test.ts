import assert from 'node:assert/strict'
import { test, type TestContext } from 'node:test'
import { onEnd } from '../support/cleaning.ts'
import { heartbeatIn, heartbeatsIn } from '../support/heartbeats.ts'
import { memoryOf } from '../support/memory.ts'
import { needsLinux } from '../support/needs.ts'
import { type Program, programPath, startCommand, startProgram } from '../support/program.ts'
import { tempDir } from '../support/temp-dir.ts'
import { waitFor } from '../support/wait-for.ts'

const MIB = 1024 * 1024

function argsFor(home: string, line: string): string[] {
  return ['--home', home, '--refresh-ms', '50', '--activity-on-output', '--', 'bash', '-c', line]
}

function attendTo(t: TestContext, line: string): { home: string; program: Program } {
  const home = tempDir(t)
  return { home, program: startProgram(t, programPath('attend-command.ts'), argsFor(home, line)) }
}

test('W7: output is activity, silence is not', async (t) => {
  const { home, program } = attendTo(t, 'read x; echo one; read x; echo two >&2; read x')
  const first = await waitFor(() => activityIn(home), { what: 'the heartbeat' })
  await waitFor(() => refreshIn(home) > first, { what: 'a refresh' })
  assert.equal(activityIn(home), first, 'refreshing is no activity')
  program.send('go on')
  await program.line('one')
  const second = await waitFor(() => activityIn(home) > first && activityIn(home), { what: 'one' })
  program.send('go on')
  await waitFor(() => program.stderr() === 'two\n', { what: 'the error' })
  await waitFor(() => activityIn(home) > second, { what: 'two' })
  program.send('go on')
  assert.deepEqual(await program.ended, { code: 0, signal: null })
})

test('stdout and stderr stay apart, and the exit code is passed on', async (t) => {
  const { program } = attendTo(t, 'echo out; echo err >&2; kill -USR1 $$')
  assert.equal((await program.ended).code, 138)
  assert.deepEqual([program.stdout(), program.stderr()], ['out\n', 'err\n'])
})

test('where both go to the same place, their order is kept', async (t) => {
  const line = 'for i in {1..300}; do echo out$i; echo err$i >&2; done'
  const argv = [process.execPath, programPath('attend-command.ts'), ...argsFor(tempDir(t), line)]
  const program = startCommand(t, 'sh', ['-c', 'exec "$@" 2>&1', 'sh', ...argv])
  await program.ended
  const expected = Array.from({ length: 300 }, (_, i) => [`out${i + 1}`, `err${i + 1}`]).flat()
  assert.deepEqual(program.lines(), expected)
})

test(
  'a lot of output comes through whole, also when it is read late',
  { skip: needsLinux() },
  async (t) => {
    const size = 64 * MIB
    const { home, program } = attendTo(t, `head -c ${size} /dev/zero`)
    program.child.stdout.pause()
    program.child.stdout.removeAllListeners('data')
    let received = 0
    await waitFor(() => activityIn(home) !== '', { what: 'the heartbeat' })
    await waitFor(() => refreshIn(home) > activityIn(home), {
      what: 'a rest, because nobody reads',
    })
    assert.ok(memoryOf(program.pid) < 150 * MIB, 'what nobody reads yet is not kept in memory')
    program.child.stdout.on('data', (chunk: string) => {
      received += chunk.length
    })
    program.child.stdout.resume()
    assert.deepEqual(await program.ended, { code: 0, signal: null })
    assert.equal(received, size)
  },
)

test('a reader that leaves ends the command as it would without us', async (t) => {
  const { program } = attendTo(t, 'while echo y; do :; done 2>&-; exit 3')
  await program.line('y')
  program.child.stdout.destroy()
  const { code } = await program.ended
  assert.ok(code === 3 || code === 141, `ended with ${code}`)
})

test('what outlives the command and says nothing holds nobody up', async (t) => {
  const { home, program } = attendTo(t, 'sleep 600 & echo $!; exit 4')
  const pid = Number(await program.nextLine())
  onEnd(t, () => process.kill(pid, 'SIGKILL'))
  assert.equal(await waitFor(() => program.child.exitCode, { what: 'the end' }), 4)
  assert.deepEqual(heartbeatsIn(home), [])
})

function refreshIn(home: string): string {
  return String(heartbeatIn(home).last_refresh ?? '')
}

function activityIn(home: string): string {
  return String(heartbeatIn(home).last_activity ?? '')
}
