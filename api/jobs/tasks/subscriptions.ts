/** Subscriptions in the background: changes become events, states are shown in the resources, what is old is swept away. Telling is in deliver.ts. */

/** Milliseconds until the next look when there is nothing to do. */
const LOOK_EVERY = 250, SWEEP = 60_000

/** `work` answers how much it did: while it is something, there may be more. */
export const subscriptionTask = ({ work }: { readonly work: () => Promise<number> }) => async (): Promise<{ readonly wait: number }> => ({ wait: await work() > 0 ? 0 : LOOK_EVERY })

export const sweepSubscriptionsTask = ({ sweep }: { readonly sweep: () => Promise<boolean> }) => async (): Promise<{ readonly wait: number }> => {
  await sweep()
  return { wait: SWEEP }
}
