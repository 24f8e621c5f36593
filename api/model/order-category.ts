/** What kind of work an order asks for: codes of the order-category list, which the profile of ServiceRequest binds to; a test compares them. Drugs are no such order. */
export const ORDER_CATEGORIES = ['lab', 'imaging', 'procedure'] as const
export type OrderCategory = (typeof ORDER_CATEGORIES)[number]

/** Of a row of the list of orders: what says none is of the laboratory. */
export const categoryOfRow = (category: string | undefined): OrderCategory => ORDER_CATEGORIES.find((each) => each === category) ?? 'lab'
