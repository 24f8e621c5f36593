/** What the doctor usually orders and diagnoses, asked once for each main diagnosis. They are a help: a look-up by words goes on without them. */
import type { FavouriteLists } from '#api/model/visit-aids.ts'
import { get } from '#web/fhir/client.ts'

export interface FavouritePlace { readonly department: string; readonly diagnosis: string; readonly day: string }

export interface FavouriteDesk {
  /** Throws when they cannot be had. */
  find(place: FavouritePlace): Promise<FavouriteLists>
  /** None when they cannot be had. */
  findIfAny(place: FavouritePlace): Promise<FavouriteLists>
}

const NONE: FavouriteLists = { orders: [], diagnoses: [] }

export function useFavourites(): FavouriteDesk {
  const asked = new Map<string, Promise<FavouriteLists>>()
  const find: FavouriteDesk['find'] = ({ department, diagnosis, day }) => {
    if (department === '') return Promise.resolve(NONE)
    const key = `${department}/${diagnosis}/${day}`
    const known = asked.get(key)
    if (known) return known
    const answer = get<FavouriteLists>('/api/favourites', { query: { department, diagnosis, on: day } }).catch((error: unknown) => { asked.delete(key); throw error })
    asked.set(key, answer)
    return answer
  }
  return { find, findIfAny: (place) => find(place).catch(() => NONE) }
}
