-- NOTE and NOTE_NLP of the OMOP Common Data Model v5.4. Where that has integer ids these have bigint:
-- they are hashes, so that two exports of the same dump agree.
CREATE TABLE note (
  note_id bigint NOT NULL PRIMARY KEY,
  person_id bigint NOT NULL,
  note_date date NOT NULL,
  note_datetime timestamp NULL,
  note_type_concept_id integer NOT NULL,
  note_class_concept_id integer NOT NULL,
  note_title varchar(250) NULL,
  note_text text NOT NULL,
  encoding_concept_id integer NOT NULL,
  language_concept_id integer NOT NULL,
  provider_id bigint NULL,
  visit_occurrence_id bigint NULL,
  visit_detail_id bigint NULL,
  note_source_value varchar(50) NULL,
  note_event_id bigint NULL,
  note_event_field_concept_id integer NULL
);
CREATE TABLE note_nlp (
  note_nlp_id bigint NOT NULL PRIMARY KEY,
  note_id bigint NOT NULL REFERENCES note (note_id),
  section_concept_id integer NULL,
  snippet varchar(250) NULL,
  "offset" varchar(50) NULL,
  lexical_variant varchar(250) NOT NULL,
  note_nlp_concept_id integer NULL,
  note_nlp_source_concept_id integer NULL,
  nlp_system varchar(250) NULL,
  nlp_date date NOT NULL,
  nlp_datetime timestamp NULL,
  term_exists varchar(1) NULL,
  term_temporal varchar(50) NULL,
  term_modifiers varchar(2000) NULL
);
