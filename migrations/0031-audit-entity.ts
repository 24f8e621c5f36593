/**
 * The audit log by what was touched (http://hl7.org/fhir/R4/auditevent.html#search, entity): a search for it read the whole log. In the order of the answer. Rows of a Patient are found by
 * the patient, and searches touch no resource of their own: neither is in it.
 */
import { Migration } from '@mikro-orm/migrations'

export class AuditEntity extends Migration {
  override up(): void {
    this.addSql("create index audit_log_entity on audit_log (tenant, rtype, resource_id, at, aid) where resource_id is not null and rtype <> 'Patient'")
  }
}
