import assert from 'node:assert/strict'
import { test } from 'node:test'
import { groupOf, mergeGroups, unknownGroup } from '../../src/domain/job-groups.ts'

test('there is always a default group, without a limit unless one is set', () => {
  assert.deepEqual([...mergeGroups({}, [])], [['default', { slots: null, paused: false }]])
  assert.deepEqual(groupOf(mergeGroups({ default: { slots: 2 } }, []), 'default').slots, 2)
})

test('what was set by hand stands over the config, and 0 means any number', () => {
  const groups = mergeGroups({ a: { slots: 2 }, b: { slots: 3 }, c: { slots: 4 } }, [
    { name: 'a', slots: 7, paused: false },
    { name: 'b', slots: 0, paused: false },
    { name: 'c', slots: null, paused: true },
    { name: 'd', slots: 1, paused: true },
  ])
  assert.deepEqual(
    [...groups].map(([name, { slots, paused }]) => [name, slots, paused]),
    [
      ['default', null, false],
      ['a', 7, false],
      ['b', null, false],
      ['c', 4, true],
      ['d', 1, true],
    ],
  )
})

test('a group that only was paused, and that the config has dropped, stays paused', () => {
  const groups = mergeGroups({}, [{ name: 'old', slots: null, paused: true }])
  assert.deepEqual(groupOf(groups, 'old'), { slots: 1, paused: true })
})

test('jobs of a group that nobody knows go one at a time', () => {
  assert.deepEqual(groupOf(mergeGroups({}, []), 'nobody'), { slots: 1, paused: false })
})

test('a mistyped group is no group, and the nearest is named', () => {
  const groups = mergeGroups({ build: { slots: 1 } }, [])
  assert.equal(unknownGroup(groups, 'build'), undefined)
  const problem = unknownGroup(groups, 'bulid')
  assert.equal(problem?.kind, 'not_found')
  assert.match(problem?.message ?? '', /"bulid".*did you mean "build"/)
})
