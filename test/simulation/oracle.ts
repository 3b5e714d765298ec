import type { Census, CensusFile } from '../../src/domain/census.ts'
import type { House } from '../../src/domain/house.ts'
import type { TurnFacts } from '../../src/domain/turn.ts'
import type { Decided } from './broken.ts'
import { watchChores } from './oracle-chores.ts'
import { watchHouse } from './oracle-house.ts'
import { watchWrappers } from './oracle-wrappers.ts'
import type { Life } from './sim-daemon.ts'
import type { SimWrapper } from './sim-wrapper.ts'
import type { World } from './world.ts'

/** Knows what is really so, and objects when the daemon believes or does what must not be. */
export interface Oracle {
  began(life: Life): void
  counted(life: Life, census: Census<CensusFile>): void
  beforeSweep(file: CensusFile): SimWrapper
  swept(wrapper: SimWrapper): void
  decided(life: Life, before: House, facts: TurnFacts, decided: Decided): void
  /** The end of a run was taken in on the way out. */
  left(life: Life): void
  saved(life: Life): void
  /** Everything that this turn had to write is written. */
  kept(life: Life): void
  starts(name: string): void
  pardoned(name: string): void
}

export function createOracle(world: World): Oracle {
  const wrappers = watchWrappers(world)
  const house = watchHouse(world, wrappers)
  const chores = watchChores(world)
  let current: Life | undefined
  return {
    began: (life) => {
      current = life
      wrappers.began()
      house.began(life)
      chores.began(life)
    },
    counted: (life, census) => {
      house.noteWrappers()
      wrappers.counted(life, census)
    },
    beforeSweep: wrappers.find,
    swept: wrappers.swept,
    decided: (life, before, facts, decided) => {
      house.decided(life, before, facts, decided)
      chores.decided(decided)
    },
    left: ({ house: left }) => chores.left(left),
    saved: (life) => {
      house.saved(life)
      chores.saved()
    },
    pardoned: chores.pardoned,
    kept: house.kept,
    starts: (name) => {
      if (current !== undefined) chores.starts(current, name)
    },
  }
}
