/** Patients whose record or visit was opened since signing in, newest first: in memory only, so that nothing stays on the computer. */
import { shallowRef } from 'vue'

export interface RecentPatient { readonly id: string; readonly name: string; readonly birthDate?: string | undefined; readonly gender?: string | undefined }

const MOST = 6
export const recentPatients = shallowRef<readonly RecentPatient[]>([])

export const rememberPatient = (patient: RecentPatient): void => {
  recentPatients.value = [patient, ...recentPatients.value.filter(({ id }) => id !== patient.id)].slice(0, MOST)
}
export const forgetPatients = (): void => { recentPatients.value = [] }
