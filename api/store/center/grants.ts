/** Opens the views across hospitals to the servers of this site. Called by whoever sets up a data center, after migrating, as emr_owner; never at a hospital. */
import { MikroORM } from '@mikro-orm/postgresql'

/** Idempotent. */
export const grantCenterViews = async (ownerUrl: string): Promise<void> => {
  const orm = await MikroORM.init({
    clientUrl: ownerUrl, entities: [], discovery: { warnWhenNoEntities: false }, pool: { min: 0, max: 1 },
    driverOptions: { application_name: 'emr-center-grants', connectionTimeoutMillis: 10_000 },
  })
  try {
    const pool = await orm.em.getConnection().getNativeClient()
    await pool.query('grant select on center_hospital, center_received, center_document to emr_app')
  } finally {
    await orm.close(true)
  }
}
