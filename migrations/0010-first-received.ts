/**
 * A code or a file belongs to the hospital that sent it first. The center's verify page took any of the hospitals that hold it, so an enrolled
 * hospital could stand in front of another's document with a copy of its own.
 */
import { Migration } from '@mikro-orm/migrations'

export class FirstReceived extends Migration {
  override up(): void {
    this.addSql(`create or replace view center_document as select d.tenant, d.id, d.code, d.pdf_sha256, r.received_at
      from node n join document d on d.tenant = n.hospital left join received_document r on r.tenant = d.tenant and r.document = d.id::text`)
  }
}
