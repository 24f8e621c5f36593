/**
 * Functions for searches that no index answers. emr_fold: as api/model/fold.ts, for words in narratives and bodies. emr_sort_text: the code, reference or
 * address that a resource is sorted by, at paths as api/search/path.ts tells; of several the first in the order of the answer.
 */
import { Migration } from '@mikro-orm/migrations'

// After the marks are gone Vietnamese is ASCII but for đ.
const FOLD = String.raw`
  create function emr_fold(value text) returns text language sql immutable strict parallel safe cost 500 as $$
    select lower(translate(regexp_replace(normalize(value, nfkd), '[\u0300-\u036f]+', '', 'g'), 'ĐđÐð', 'dddd'))
  $$`

// PostgreSQL reads no NUL in a string, not even when it is written as an escape, which JSON allows.
const JSON_OF = String.raw`
  create function emr_json(body text) returns json language sql immutable strict parallel safe cost 100 as $$
    select case when strpos(body, '\u0000') = 0 then body::json else regexp_replace(body, '(?<!\\)((?:\\\\)*)\\u0000', '\1 ', 'g')::json end
  $$`

// Costs are high, so that the planner asks every index first.
const SORT_TEXT = String.raw`
  create function emr_sort_text(body text, paths text[], descending bool) returns text language plpgsql immutable strict parallel safe cost 1000 as $$
  declare
    path text; step text; name text; bracket text; target text; found text; best text;
    here json[]; below json[]; node json; member json; item json; place int;
  begin
    foreach path in array paths loop
      target := substring(path from '@([A-Za-z]+)');
      here := array[emr_json(body)];
      foreach step in array string_to_array(rtrim(regexp_replace(path, '[@#].*$', ''), '?'), '.') loop
        bracket := substring(step from '\[(.+)\]$');
        below := '{}';
        foreach node in array here loop
          continue when json_typeof(node) <> 'object';
          foreach name in array string_to_array(regexp_replace(step, '\[.*$', ''), '|') loop
            member := node -> name;
            continue when member is null or json_typeof(member) = 'null';
            place := 0;
            for item in select m from json_array_elements(case json_typeof(member) when 'array' then member else json_build_array(member) end) as m loop
              place := place + 1;
              continue when json_typeof(item) = 'null';
              continue when bracket ~ '^\d+$' and place - 1 <> bracket::int;
              continue when bracket ~ '=' and (json_typeof(item) <> 'object' or (item ->> split_part(bracket, '=', 1)) is distinct from split_part(bracket, '=', 2));
              below := below || item;
            end loop;
          end loop;
        end loop;
        here := below;
      end loop;
      if path like '%?' then
        here := array[to_json(exists (select from unnest(here) as n where n::text <> 'false'))];
      end if;
      foreach node in array here loop
        for found in
          select t from (select case json_typeof(node)
            when 'object' then coalesce(node ->> 'code', node ->> 'reference', node #>> '{identifier,value}', node ->> 'value')
            when 'array' then null else node #>> '{}' end as t
          union all
          select c ->> 'code' from json_array_elements(case when json_typeof(node) = 'object' and json_typeof(node -> 'coding') = 'array' then node -> 'coding' else '[]' end) as c where json_typeof(c) = 'object'
          ) as candidates where t is not null
        loop
          continue when target is not null and found !~ ('(^|/)' || target || '/');
          if best is null or (descending and found collate "C" > best collate "C") or (not descending and found collate "C" < best collate "C") then best := found; end if;
        end loop;
      end loop;
    end loop;
    return left(best, 200) collate "C";
  end
  $$`

export class SearchFunctions extends Migration {
  override up(): void {
    for (const statement of [FOLD, JSON_OF, SORT_TEXT]) this.addSql(statement)
    this.addSql('revoke all on function emr_fold(text), emr_json(text), emr_sort_text(text, text[], bool) from public')
    this.addSql('grant execute on function emr_fold(text), emr_json(text), emr_sort_text(text, text[], bool) to emr_app')
  }
}
