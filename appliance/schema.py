"""The tables of the appliance's database, as numbered steps that are never edited.

A change is a new step at the end. Times are seconds since 1970, UTC; documents, predictions and
judgements are the JSON of the domain's values.
"""

from __future__ import annotations

from sqlite_utils import Database
from sqlite_utils.migrations import Migrations

migrations = Migrations("appliance")


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
