/** Laboratory and imaging are roles that an account may hold. */
import { Migration } from '@mikro-orm/migrations'

export class LaboratoryRoles extends Migration {
  override up(): void {
    this.addSql('alter table account_grant drop constraint account_grant_role_known')
    this.addSql(`alter table account_grant add constraint account_grant_role_known
      check (role in ('reception', 'nurse', 'doctor', 'head', 'laboratory', 'imaging', 'administrator', 'center-operator'))`)
  }
}
