"""The tables of the appliance's database, as numbered steps that are never edited.

A change is a new step at the end. Times are seconds since 1970, UTC; documents, predictions and
judgements are the JSON of the domain's values.
"""

from __future__ import annotations

from contextlib import closing

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

from appliance.fields.folding import alike
from appliance.records import chain
from appliance.records.chain import LinkKind, NewLink

migrations = Migrations("appliance")


def is_newer(db: Database) -> bool:
    """Has a step been done on it that is not known here? No step sets ``user_version``: a later
    version may, to be known by it."""
    with closing(Database(memory=True, execute_plugins=False)) as empty:
        known = {step.name for step in migrations.pending(empty)}
    done = {step.name for step in migrations.applied(db)}
    return not done <= known or db.execute("pragma user_version").fetchone()[0] > 0


def lacking(db: Database) -> list[str]:
    """Tables and columns that all steps together make, and that are not there."""
    with closing(Database(memory=True, execute_plugins=False)) as whole:
        migrations.apply(whole)
        return sorted(_columns(whole) - _columns(db))


def _columns(db: Database) -> set[str]:
    tables = db.table_names()
    return {*tables, *(f"{table}.{name}" for table in tables for name in db[table].columns_dict)}


@migrations()
def m001_the_day(db: Database) -> None:
    db.execute(
        """
        create table jobs (
            docid text not null,
            doctype text not null,
            state text not null,
            source text not null,
            arrived_at real not null,
            attempts integer not null default 0,
            lease_until real not null default 0,
            waits_until real not null default 0,
            reason text not null default '',
            twin text,
            primary key (docid, doctype)
        )
        """
    )
    db.execute("create index jobs_by_state on jobs (state, lease_until, arrived_at)")
    db.execute("create index jobs_by_twin on jobs (twin) where twin is not null")
    db.execute(
        """
        create table arrivals (
            id integer primary key,
            docid text not null,
            doctype text not null,
            source text not null,
            arrived_at real not null,
            unique (docid, doctype, source, arrived_at)
        )
        """
    )
    db.execute(
        """
        create table documents (
            docid text primary key,
            reading text not null,
            document text not null,
            seconds real not null
        )
        """
    )
    db.execute(
        """
        create table predictions (
            id integer primary key,
            docid text not null,
            doctype text not null,
            model text not null,
            prediction text not null,
            judgement text not null,
            seconds real not null,
            predicted_at real not null
        )
        """
    )
    db.execute("create index predictions_by_job on predictions (docid, doctype)")
    db.execute(
        """
        create table deliveries (
            docid text not null,
            doctype text not null,
            revision integer not null,
            path text not null,
            delivered_at real,
            primary key (docid, doctype, revision)
        )
        """
    )


@migrations()
def m002_the_desk(db: Database) -> None:
    # Apart from ``lease_until``, which every start of the daemon ends.
    db.execute("alter table jobs add column station text")
    db.execute("alter table jobs add column station_until real not null default 0")
    db.execute(
        """
        create table stations (
            station text primary key,
            clerk text not null
        )
        """
    )
    db.execute(
        """
        create table drafts (
            docid text not null,
            doctype text not null,
            prediction integer not null,
            station text not null,
            actions text not null,
            kept_at real not null,
            primary key (docid, doctype)
        )
        """
    )
    db.execute(
        """
        create table reviews (
            id integer primary key,
            docid text not null,
            doctype text not null,
            prediction integer,
            model text,
            clerk text not null,
            station text not null,
            outcome text not null,
            reason text not null default '',
            judgement text,
            seconds real,
            blind integer not null default 0,
            reviewed_at real not null
        )
        """
    )
    db.execute("create index reviews_by_job on reviews (docid, doctype)")
    db.execute("create index reviews_by_prediction on reviews (prediction)")
    db.execute(
        """
        create table corrections (
            id integer primary key,
            review integer not null references reviews (id),
            fieldtype text not null,
            line_item_id integer,
            before text,
            after text,
            kind text not null,
            seen integer not null,
            spans text not null,
            value text,
            keyed text
        )
        """
    )
    db.execute("create index corrections_by_review on corrections (review)")
    db.execute(
        """
        create table evidence (
            docid text not null,
            doctype text not null,
            drawn integer not null,
            decided_at real not null,
            primary key (docid, doctype)
        )
        """
    )
    db.execute("create index evidence_by_type on evidence (doctype) where drawn")
    db.execute("create table lots (key blob not null)")
    db.execute("insert into lots values (randomblob(32))")
    _keep(db, "reviews", "corrections", "evidence", "lots")


@migrations()
def m003_the_night(db: Database) -> None:
    db.execute(
        """
        create table decisions (
            id integer primary key,
            champion text not null,
            candidate text not null,
            outcome text not null,
            reason text not null,
            decided_at real not null
        )
        """
    )
    db.execute(
        """
        create table decision_evidence (
            decision integer not null references decisions (id),
            docid text not null,
            doctype text not null,
            primary key (docid, doctype, decision)
        )
        """
    )
    _keep(db, "decisions", "decision_evidence")


@migrations()
def m004_the_promise(db: Database) -> None:
    db.execute(
        """
        create index reviews_by_party on reviews (doctype, json_extract(judgement, '$.party'))
         where outcome = 'approved'
        """
    )


@migrations()
def m005_look_alikes(db: Database) -> None:
    """The keys by which another scan is recognised, as they are made from now on."""
    twins = list(db.query("select distinct twin from jobs where twin is not null"))
    for old in (row["twin"] for row in twins):
        if (new := alike(old)) != old:
            db.execute("update jobs set twin = ? where twin = ?", [new, old])


@migrations()
def m006_found_again(db: Database) -> None:
    """Whose a document is, since when a station has it, which answer a delivery holds, and when
    a clerk was last at her station."""
    db.execute("alter table jobs add column station_since real not null default 0")
    db.execute("alter table jobs add column sender text")
    db.execute(
        """
        update jobs set sender = coalesce(
            (select json_extract(judgement, '$.sender') from reviews
              where reviews.docid = jobs.docid and reviews.doctype = jobs.doctype
                and outcome = 'approved'
              order by id desc limit 1),
            (select json_extract(iif(json_valid(judgement), judgement, '{}'), '$.sender')
               from predictions
              where predictions.docid = jobs.docid and predictions.doctype = jobs.doctype
              order by id desc limit 1))
        """
    )
    db.execute("alter table stations add column seen_at real not null default 0")
    db.execute("alter table deliveries add column prediction integer")
    db.execute("alter table deliveries add column review integer")
    db.execute("create index deliveries_by_time on deliveries (delivered_at)")
    db.execute("create index reviews_by_time on reviews (reviewed_at)")


@migrations()
def m007_versions(db: Database) -> None:
    """What an answer stands on; empty where nobody wrote it down. And evidence as a later version
    reads it, beside the document of which its answers and its clerks speak."""
    db.execute("alter table predictions add column reading text not null default ''")
    db.execute("alter table predictions add column extraction text not null default ''")
    db.execute(
        """
        create table rereadings (
            docid text primary key,
            reading text not null,
            document text not null,
            seconds real not null
        )
        """
    )


@migrations()
def m008_wrapped_values(db: Database) -> None:
    """Of a value that goes on below its first line."""
    db.execute("alter table corrections add column wraps text not null default '[]'")


@migrations()
def m009_senders(db: Database) -> None:
    """What approved documents have shown of those who sent them: made of the reviews, and made
    anew from them at any time."""
    db.execute("create table sender_log (review integer not null)")
    db.execute("insert into sender_log values (0)")
    db.execute(
        """
        create table senders (
            id integer primary key,
            party text not null unique,
            documents integer not null default 0,
            named integer not null default 0
        )
        """
    )
    db.execute(
        """
        create table sender_keys (
            key text not null,
            sender integer not null references senders (id),
            is_code integer not null,
            primary key (key, sender)
        ) without rowid
        """
    )
    db.execute(
        """
        create table sender_names (
            word text not null,
            sender integer not null references senders (id),
            name text not null,
            primary key (word, sender, name)
        ) without rowid
        """
    )
    db.execute(
        """
        create table sender_marks (
            mark text not null,
            sender integer not null references senders (id),
            documents integer not null,
            primary key (mark, sender)
        ) without rowid
        """
    )
    db.execute("create index sender_marks_by_sender on sender_marks (sender)")
    db.execute(
        """
        create table sender_documents (
            docid text not null,
            doctype text not null,
            sender integer not null references senders (id),
            named integer not null,
            primary key (docid, doctype)
        )
        """
    )
    db.execute("create index sender_documents_by_sender on sender_documents (sender)")


@migrations()
def m010_memory(db: Database) -> None:
    """Who the directory said sent a document when it was answered, or came to a clerk's hand, and
    the last review that it knew of; nobody where it was not asked. Of a draft that wants a second
    clerk, who was the first. And what would have been said right before the first review of a
    document, for those that were answered when nobody asked, or imported."""
    for table in ("predictions", "drafts"):
        db.execute(f"alter table {table} add column sender text")
        db.execute(f"alter table {table} add column reviews integer not null default -1")
    db.execute("alter table drafts add column approved_by text")
    db.execute(
        """
        create table review_lookups (
            docid text not null,
            doctype text not null,
            sender text,
            reviews integer not null,
            primary key (docid, doctype)
        ) without rowid
        """
    )


@migrations()
def m011_rulings(db: Database) -> None:
    """What the owner says of senders, numbered among the reviews; by what name senders go since
    then, and whose a document was before somebody said otherwise."""
    db.execute(
        """
        create table sender_rulings (
            id integer primary key,
            ruling text not null,
            ruled_at real not null
        )
        """
    )
    _keep(db, "sender_rulings")
    # Those of one party were merged: no longer unique.
    db.execute(
        """
        create table parties (
            id integer primary key,
            party text not null,
            called text,
            documents integer not null default 0,
            named integer not null default 0
        )
        """
    )
    db.execute(
        """
        insert into parties (id, party, documents, named)
        select id, party, documents, named from senders
        """
    )
    db.execute("drop table senders")
    db.execute("alter table parties rename to senders")
    db.execute("create index senders_by_party on senders (party)")
    db.execute("create index senders_by_use on senders (documents, id)")
    db.execute("create index sender_keys_by_sender on sender_keys (sender)")
    db.execute("create index sender_names_by_sender on sender_names (sender)")
    db.execute("alter table sender_documents add column since integer not null default 0")
    db.execute(
        """
        create table sender_past (
            docid text not null,
            doctype text not null,
            party text not null,
            since integer not null,
            until integer not null
        )
        """
    )
    db.execute("create index sender_past_by_party on sender_past (party, doctype)")


@migrations()
def m012_mails(db: Database) -> None:
    """What the heads of mails say, and which documents came in which; each mail in itself."""
    db.execute(
        """
        create table mails (
            docid text primary key,
            address text not null,
            name text not null,
            subject text not null,
            message_id text not null,
            sent_at real
        )
        """
    )
    db.execute(
        """
        create table mailed (
            id integer primary key,
            docid text not null,
            mail text not null references mails (docid),
            unique (docid, mail)
        )
        """
    )


@migrations()
def m013_joined(db: Database) -> None:
    """Which e-invoices came as a file of their own, and with which file one is a document."""
    db.execute("create table einvoices (docid text primary key, number text not null)")
    db.execute(
        """
        create table joined (
            file text primary key,
            docid text not null unique,
            has_pages integer not null
        )
        """
    )
    db.execute(
        """
        insert into einvoices (docid, number)
        select docid, json_extract(said.value, '$.text')
          from documents, json_each(document, '$.einvoice.values') said
         where json_extract(document, '$.einvoice.embedded') = 0
           and json_extract(said.value, '$.term') = 'BT-1'
        """
    )


@migrations()
def m014_sections(db: Database) -> None:
    """Which sections of evidence are keyed blind: both, before they were drawn apart."""
    db.execute("alter table evidence add column sections text not null default 'header table'")


@migrations()
def m015_calls(db: Database) -> None:
    """Which deliveries the owner's own programs and servers are to be told of."""
    db.execute(
        """
        create table calls (
            id integer primary key,
            docid text not null,
            doctype text not null,
            revision integer not null,
            kind text not null,
            key text not null,
            body text not null,
            state text not null default 'waiting',
            attempts integer not null default 0,
            due_at real not null,
            error text not null default '',
            ended_at real,
            unique (docid, doctype, kind, revision)
        )
        """
    )
    db.execute("create index calls_by_state on calls (state, due_at)")


@migrations()
def m016_erasures(db: Database) -> None:
    """What was forgotten, without a word of it: numbered among the reviews, so that no number of a
    review that is gone comes again. And of an erasure that goes on, what is to go: only that may
    leave the tables that are else only ever added to."""
    db.execute(
        """
        create table erasures (
            id integer primary key,
            chosen text not null,
            documents integer not null,
            who text not null,
            why text not null,
            erased_at real not null
        )
        """
    )
    _keep(db, "erasures")
    db.execute(
        """
        create table erasing (
            erasure integer not null references erasures (id),
            kind text not null,
            name text not null,
            primary key (kind, name, erasure)
        ) without rowid
        """
    )
    for table, kind, name in (
        ("reviews", "document", "old.docid"),
        ("corrections", "document", "(select docid from reviews where id = old.review)"),
        ("evidence", "document", "old.docid"),
        ("decision_evidence", "document", "old.docid"),
        ("sender_rulings", "ruling", "cast(old.id as text)"),
    ):
        db.execute(f"drop trigger {table}_keep_delete")
        db.execute(
            f"""
            create trigger {table}_keep_delete before delete on {table}
            when not exists (select 1 from erasing join erasures on erasures.id = erasure
                              where kind = '{kind}' and name = {name})
            begin select raise(abort, '{table} are only ever added to'); end
            """
        )


@migrations()
def m017_audit(db: Database) -> None:
    """Who did what, as a chain of links, and what was recorded until now as its beginning. An
    erasure that goes on takes of a link what it is about, and nothing else ever changes."""
    db.execute(
        """
        create table audit (
            id integer primary key,
            kind text not null,
            who text not null,
            at real not null,
            station text not null,
            about text not null,
            number integer,
            docid text,
            salt blob,
            erasure integer references erasures (id),
            seal text not null,
            hash text not null
        )
        """
    )
    db.execute("create index audit_by_kind on audit (kind, number)")
    db.execute("create index audit_by_docid on audit (docid) where docid is not null")
    db.execute("create index audit_by_erasure on audit (erasure) where erasure is not null")
    _keep(db, "audit")
    db.execute("drop trigger audit_keep_update")
    db.execute(
        """
        create trigger audit_keep_update before update on audit
        when not (
            new.number is null and new.docid is null and new.salt is null
            and (new.id, new.kind, new.who, new.at, new.station, new.about, new.seal, new.hash)
                = (old.id, old.kind, old.who, old.at, old.station, old.about, old.seal, old.hash)
            and exists (select 1 from erasing
                         where erasing.erasure = new.erasure
                           and (erasing.kind = 'document' and name = old.docid
                                or erasing.kind = 'ruling' and name = cast(old.number as text)
                                   and old.kind = 'ruled')))
        begin select raise(abort, 'audit are only ever added to'); end
        """
    )
    for row in list(
        db.query(
            """
            select reviewed_at at, 'review' kind, id, docid, doctype about,
                   iif(station = 'e-invoice', 'appliance', clerk) who, station, outcome
              from reviews
            union all
            select ruled_at, 'ruled', id, null, '', '', '', '' from sender_rulings
            union all
            select decided_at, 'judged', id, null, candidate || ': ' || outcome, 'appliance', '', ''
              from decisions
            union all
            select erased_at, 'forgotten', id, null, cast(documents as text), who, '', ''
              from erasures
             order by at, kind, id
            """
        )
    ):
        is_review = row["kind"] == "review"
        chain.add(
            db.query,
            NewLink(
                chain.review_kind(row["outcome"], row["station"])
                if is_review
                else LinkKind(row["kind"]),
                row["who"],
                row["at"],
                row["station"],
                row["about"],
                row["id"],
                row["docid"],
            ),
        )


@migrations()
def m018_long_histories(db: Database) -> None:
    """Of a hundred thousand documents it is told in a moment how many there are of which kind, how
    many may be learned from, and which were imported, without a look into a row; and by what each
    is told from others, once that was asked."""
    db.execute(
        "create table telling_words (docid text primary key, words text not null) without rowid"
    )
    db.execute("create index jobs_by_type on jobs (doctype, state)")
    db.execute(
        """
        create index reviews_approved on reviews (docid, doctype, reviewed_at)
         where outcome = 'approved'
        """
    )
    db.execute(
        """
        create index reviews_of_import on reviews (docid, doctype, reviewed_at)
         where station = 'import'
        """
    )


@migrations()
def m019_fleet(db: Database) -> None:
    """At a site, how much of what was done its hub has; at a hub, what came from which site. What
    came and could not be kept yet waits with its body."""
    db.execute(
        """
        create table fleet_hub (
            name text primary key,
            acknowledged integer not null default 0,
            acknowledged_at real,
            heard integer not null default 0
        )
        """
    )
    db.execute("create table fleet_readings (docid text primary key, reading text not null)")
    db.execute(
        """
        create table fleet_sites (
            site text primary key,
            heard_at real,
            health text,
            expelled_at real
        )
        """
    )
    db.execute(
        """
        create table fleet_inbox (
            site text not null,
            hash text not null,
            link integer not null,
            before integer not null,
            at real not null,
            body blob,
            received_at real not null,
            problem text not null default '',
            review integer,
            primary key (site, hash)
        ) without rowid
        """
    )
    db.execute("create index fleet_waiting on fleet_inbox (received_at) where body is not null")
    db.execute("create index fleet_inbox_by_link on fleet_inbox (site, link)")
    db.execute(
        "create index fleet_inbox_by_review on fleet_inbox (review) where review is not null"
    )
    db.execute(
        """
        create table fleet_verdicts (
            site text not null,
            candidate text not null,
            outcome text not null,
            reason text not null,
            judged_at real not null,
            primary key (site, candidate)
        ) without rowid
        """
    )
    db.execute("create table fleet_told (about text primary key, told text not null)")
    db.execute("create table fleet_untold (party text primary key)")
    db.execute("create table fleet_erasing (docid text primary key)")
    db.execute("alter table evidence add column site text")


@migrations()
def m020_told(db: Database) -> None:
    """What other sites tell of senders: which ruling counted until when, and by what each is found
    now. And as whose, by that, a document was answered or came to hand."""
    db.execute(
        """
        create table told_senders (
            id integer primary key,
            party text not null,
            until integer
        )
        """
    )
    db.execute("create index told_senders_by_party on told_senders (party, id)")
    for what, column in (("names", "word"), ("marks", "mark")):
        db.execute(
            f"""
            create table told_{what} (
                {column} text not null,
                sender integer not null references told_senders (id),
                primary key ({column}, sender)
            ) without rowid
            """
        )
        db.execute(f"create index told_{what}_by_sender on told_{what} (sender)")
    for table in ("predictions", "drafts"):
        db.execute(f"alter table {table} add column told text")
    db.execute(
        """
        create index sender_rulings_of_here on sender_rulings (id)
         where json_extract(ruling, '$.said') <> 'told'
        """
    )


@migrations()
def m021_runs(db: Database) -> None:
    """At a hub, which of its runs told what under which number, and at a site, which of them it
    heard last: a hub that was put back from a copy gives the same numbers to other messages."""
    db.execute("alter table fleet_hub add column run text not null default ''")
    db.execute("alter table fleet_told add column number integer not null default 0")
    db.execute(
        """
        create table fleet_runs (
            id integer primary key,
            run text not null unique,
            stream text not null,
            first integer not null
        )
        """
    )


@migrations()
def m022_replays(db: Database) -> None:
    """What calibrations would make again."""
    db.execute(
        """
        create table replays (
            docid text not null,
            doctype text not null,
            made_of text not null,
            replay blob not null,
            primary key (docid, doctype)
        )
        """
    )


@migrations()
def m023_told_again(db: Database) -> None:
    """A hub before this one told anew of a sender only when one of its documents was approved. So
    its sites may know what it does not any more, and are told of all senders again."""
    db.execute("update fleet_told set told = '' where substr(about, 1, 7) = 'sender.'")


@migrations()
def m024_nights(db: Database) -> None:
    """How nights ended, also those that came to no verdict, and what each of them left out."""
    db.execute(
        """
        create table nights (
            id integer primary key,
            ended_at real not null,
            "end" text not null,
            said text not null,
            version text,
            received integer not null
        )
        """
    )
    db.execute(
        """
        create table night_left_out (
            night integer not null references nights (id),
            docid text not null,
            doctype text not null,
            reason text not null,
            primary key (night, docid, doctype)
        ) without rowid
        """
    )
    db.execute("create index night_left_out_by_docid on night_left_out (docid)")


def _keep(db: Database, *tables: str) -> None:
    for table in tables:
        for change in ("update", "delete"):
            db.execute(
                f"""
                create trigger {table}_keep_{change} before {change} on {table}
                begin select raise(abort, '{table} are only ever added to'); end
                """
            )
