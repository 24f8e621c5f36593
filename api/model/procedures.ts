/** What is done to a patient on an order, as the pages of those who do it read and send it. Addresses stand at each shape. */

/** Done on the order: when, by whom, and what was written beside it. */
export interface ProcedureDone { readonly at: string; readonly by: string; readonly note: string }

/** How far one order is. `version`: of its Procedure; 0: there is none yet. */
export interface ProcedureState { readonly order: string; readonly version: number; readonly done?: ProcedureDone }

/** GET /api/procedures -> ProcedureList: what was ordered in two weeks and is not done, and what was done in three days, of patients in the care of the departments where the person may do it. */
export interface ProcedureRow extends ProcedureState {
  readonly patient: string
  /** Number of the patient in this hospital. */
  readonly number: string
  readonly name: string
  readonly birthDate?: string
  readonly gender?: string
  /** The visit that ordered it. */
  readonly encounter: string
  readonly procedure: string
  /** Why the doctor ordered it, where the order says so itself. */
  readonly question: string
  readonly urgent: boolean
  readonly ordered: string
  readonly department: string
  readonly doctor: string
  /** Whether the visit that ordered it is signed. */
  readonly signed: boolean
}
export interface ProcedureList { readonly rows: readonly ProcedureRow[]; /** More orders than are shown. */ readonly more: boolean }

/** GET /api/visits/:encounter/procedures -> ProcedureState[] of the orders of the visit that somebody has marked. */

/** POST /api/procedures/:order/done {version, performedAt, note} -> ProcedureStored. What the same person sends again is answered as before. Refused: version-conflict, when somebody else was quicker. */
export interface ProcedureInput { /** As it was shown. */ readonly version: number; readonly performedAt: string; readonly note: string }
/** POST /api/procedures/:order/withdraw {version, reason} -> ProcedureStored: it was marked by mistake, and waits again. */
export interface ProcedureWithdrawal { readonly version: number; readonly reason: string }
export interface ProcedureStored { readonly version: number }
