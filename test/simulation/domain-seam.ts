import { beginHouse } from '../../src/domain/begin-house.ts'
import { type CensusFile, takeCensus } from '../../src/domain/census.ts'
import { beginClockWatch, watchClocks } from '../../src/domain/clock-watch.ts'
import { freezeHouse, isWorthSaving } from '../../src/domain/house.ts'
import { sendToBed } from '../../src/domain/send-to-bed.ts'
import { endRun, takeTurn } from '../../src/domain/turn.ts'
import { noteWrappers } from '../../src/domain/wrapper-activity.ts'
import { endLeftOver } from './sim-runner.ts'

/** The code under test. A mutant is this with one piece replaced. */
export const REAL_DOMAIN = {
  beginHouse,
  freezeHouse,
  isWorthSaving,
  beginClockWatch,
  watchClocks,
  takeCensus,
  noteWrappers,
  takeTurn,
  endRun,
  sendToBed,
  /** Looked at once more right before it is deleted: anything new saves it. */
  maySweep: (judged: CensusFile, again: CensusFile): boolean => judged.stamp === again.stamp,
  endLeftOver,
  /** Nothing is begun that a daemon after this one would not know of. */
  mayPerform: (isSaved: boolean): boolean => isSaved,
}

export type Domain = typeof REAL_DOMAIN
