/** Where the keys of the viewer lead. */
import { describe, expect, test } from 'vitest'
import { ahead, allSeries, fittingTone, nextTone, nextZoom, toPicture, toSeries, windowOf } from '#web/record/imaging/pictures-view.ts'

const series = [{ modality: 'CT', number: 1, description: '', count: 24 }, { modality: 'DX', number: 2, description: '', count: 1 }]

describe('the viewer of pictures', () => {
  test('counts series through all studies, and stays within them', () => {
    expect(allSeries({ studies: series.map((each) => ({ date: '', description: '', series: [each] })) })).toEqual(series)
    expect(toPicture({ series: 0, index: 22 }, 5, series)).toEqual({ series: 0, index: 23 })
    expect(toPicture({ series: 0, index: 2 }, -5, series)).toEqual({ series: 0, index: 0 })
    expect(toSeries({ series: 0, index: 7 }, 1, series)).toEqual({ series: 1, index: 0 })
    expect(toSeries({ series: 1, index: 0 }, 1, series)).toEqual({ series: 1, index: 0 })
    expect([toPicture({ series: 0, index: 0 }, 1, []), toSeries({ series: 0, index: 0 }, 1, [])]).toEqual([{ series: 0, index: 0 }, { series: 0, index: 0 }])
  })
  test('asks ahead for the next few and the one before, never beyond the series', () => {
    expect(ahead({ series: 0, index: 21 }, series).map(({ index }) => index)).toEqual([22, 23, 20])
    expect(ahead({ series: 1, index: 0 }, series)).toEqual([])
  })
  test('has windows in Hounsfield units for CT alone', () => {
    expect(['own', 'soft', 'lung', 'bone', 'brain'].map((_, at, all) => nextTone((all[at] ?? 'own') as 'own', 'CT'))).toEqual(['soft', 'lung', 'bone', 'brain', 'own'])
    expect([nextTone('own', 'DX'), nextTone('dark', 'DX'), fittingTone('lung', 'DX'), fittingTone('lung', 'CT')]).toEqual(['contrast', 'own', 'own', 'lung'])
    expect([windowOf('own'), windowOf('lung'), windowOf('contrast')]).toEqual([undefined, '-600,1500', undefined])
  })
  test('is made larger in steps and no smaller than the whole picture', () => {
    expect([nextZoom(1, 1), nextZoom(6, 1), nextZoom(1, -1), nextZoom(1.5, -1)]).toEqual([1.5, 6, 1, 1])
  })
})
