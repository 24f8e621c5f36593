/** Where the keys of the viewer lead. */
import { describe, expect, test } from 'vitest'
import { ahead, allSeries, clamp, errorWord, fittingTone, isBrowsers, nextTone, nextZoom, toPicture, toSeries, windowOf } from '#web/record/imaging/pictures-view.ts'

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
  test('stays where it was when it is opened once more, as far as that is still there', () => {
    expect([clamp({ series: 0, index: 7 }, series), clamp({ series: 1, index: 3 }, series), clamp({ series: 2, index: 3 }, series), clamp({ series: 1, index: 3 }, [])]).toEqual([{ series: 0, index: 7 }, { series: 1, index: 0 }, { series: 0, index: 0 }, { series: 0, index: 0 }])
  })
  test('leaves the browser its zoom, reloading, the whole screen and the way back', () => {
    expect(['Ctrl+0', 'Ctrl+=', 'Ctrl+-', 'Ctrl+r', 'F11', 'Alt+ArrowLeft', 'Enter'].filter((key) => !isBrowsers(key))).toEqual([])
    expect(['F2', 'a', 'Ctrl+Enter', 'F9', 'Alt+1'].filter(isBrowsers)).toEqual([])
  })
  test('says that the PACS does not answer only when it does not', () => {
    expect([undefined, 'timeout', 'busy', 'credentials', 'certificate', 'too-large', 'redirect'].map((error) => errorWord(error as 'busy' | undefined))).toEqual(['away', 'away', 'busy', 'credentials', 'certificate', 'too-large', 'wrong'])
  })
  test('is made larger in steps and no smaller than the whole picture', () => {
    expect([nextZoom(1, 1), nextZoom(6, 1), nextZoom(1, -1), nextZoom(1.5, -1)]).toEqual([1.5, 6, 1, 1])
  })
})
