/** Addresses of a patient's record. Pure. */
export const CHART_VIEWS = ['tong-quan', 'dong-thoi-gian', 'ket-qua', 'hinh-anh', 'thuoc', 'tai-lieu'] as const
export type ChartView = (typeof CHART_VIEWS)[number]

export const chartPath = (patient: string, view: ChartView = 'tong-quan'): string => `/nguoi-benh/${patient}/${view}`
